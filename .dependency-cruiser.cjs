/** The floors of the house. Each rule's comment is the sentence a newcomer reads when the check stops them. */
const PROTOCOL = "^firmware/protocol/";
const VOCABULARY = "^firmware/protocol/vocabulary/";
const RULES = "^firmware/rules/";
const ESPRUINO = "^firmware/board/espruino/";
const CABLE = "^firmware/cable/";
const CABLE_ON_NODE = "^firmware/cable/(node/|release/node-)";
/** Modules inside the interpreter: no package has them. */
const INTERPRETER = "^(Storage|TelnetServer|Wifi|crypto|net|tls)$";
const TEST = "(^|/)test/|[.]test[.]ts$";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or they are missing a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "protocol-is-the-ground-floor",
      comment:
        "The contract runs on a board, in Node.js and in a browser. It imports nothing at all.",
      severity: "error",
      from: { path: PROTOCOL, pathNot: TEST },
      to: { pathNot: PROTOCOL },
    },
    {
      name: "vocabulary-does-not-know-the-wire",
      comment: "Words first, then how they are spelled on the wire.",
      severity: "error",
      from: { path: VOCABULARY },
      to: { pathNot: VOCABULARY },
    },
    {
      name: "rules-know-words-only",
      comment:
        "The rule runs on a board and in the hub, and must decide the same on both. Pass values in.",
      severity: "error",
      from: { path: RULES, pathNot: TEST },
      to: { pathNot: [RULES, VOCABULARY] },
    },
    {
      name: "rules-are-for-who-decides",
      comment:
        "Only a hub and a board decide about a light. Whoever else wants to know reads their decisions.",
      severity: "error",
      from: { pathNot: [RULES, "^firmware/board/", "^hub/src/", TEST] },
      to: { path: RULES },
    },
    {
      name: "domain-is-pure",
      comment:
        "The core decides; it does no I/O, reads no clock and knows no library. Pass values in.",
      severity: "error",
      from: { path: "^hub/src/(domain|rules)/" },
      to: { pathNot: ["^hub/src/(domain|rules)/", RULES, VOCABULARY] },
    },
    {
      name: "evidence-is-pure",
      comment:
        "A figure that people go by is made of records alone, so that anybody can make it again.",
      severity: "error",
      from: { path: "^hub/src/evidence/" },
      to: { pathNot: ["^hub/src/(evidence|domain)/", VOCABULARY] },
    },
    {
      name: "survey-is-pure",
      comment:
        "What is promised before anything is bought can be worked out again by anybody: from readings, the almanac and the law.",
      severity: "error",
      from: { path: "^hub/src/survey/" },
      to: {
        pathNot: [
          "^hub/src/(survey|domain)/",
          "^hub/src/config/zone-kinds[.]ts$",
          "^hub/api/",
          RULES,
          VOCABULARY,
        ],
      },
    },
    {
      name: "observation-decides-nothing",
      comment:
        "What would have been done was decided at the time, and is on record. A second decision could differ from the first.",
      severity: "error",
      from: { path: "^hub/src/observation/" },
      to: {
        path: [
          RULES,
          "^hub/src/(rules|backtest|adapters|start|cli)/",
          "^hub/src/(pipeline|line|runtime)[.]ts$",
        ],
      },
    },
    {
      name: "pipeline-is-pure",
      comment:
        "The straight line calls the core and nothing else, so that a replay is a loop over it.",
      severity: "error",
      from: { path: "^hub/src/pipeline[.]ts$" },
      to: { pathNot: ["^hub/src/(domain|rules)/", RULES, VOCABULARY] },
    },
    {
      name: "what-is-learned-is-not-obeyed",
      comment:
        "A rule goes by the building file. What the hub learns of lamps is written there by a person.",
      severity: "error",
      from: { path: "^hub/src/(domain|rules|backtest|(pipeline|line|runtime)[.]ts)" },
      to: { path: "^hub/src/calibration/" },
    },
    {
      name: "ports-know-words-only",
      comment:
        "A port says what the hub needs in the hub's words; how it is done is an adapter's secret.",
      severity: "error",
      from: { path: "^hub/src/ports[.]ts$" },
      to: { pathNot: ["^hub/src/domain/", VOCABULARY] },
    },
    {
      name: "adapters-are-strangers",
      comment: "An adapter that needs another adapter is asking for a port. Wire them in main.ts.",
      severity: "error",
      from: { path: "^hub/src/adapters/([^/]+)/" },
      to: { path: "^hub/src/adapters/", pathNot: "^hub/src/adapters/$1/" },
    },
    {
      name: "only-main-knows-adapters",
      comment: "The composition roots are the only places where the hub meets the world.",
      severity: "error",
      from: {
        path: "^hub/src/",
        pathNot: [
          "^hub/src/adapters/",
          "^hub/src/main[.]ts$",
          "^hub/src/start/",
          "^hub/src/cli/main[.]ts$",
        ],
      },
      to: { path: "^hub/src/adapters/" },
    },
    {
      name: "adapters-do-not-steer",
      comment: "Adapters hand in events and carry out effects; deciding happens in the pipeline.",
      severity: "error",
      from: { path: "^hub/src/adapters/" },
      to: {
        path: [RULES, "^hub/src/(rules/|pipeline[.]ts|runtime[.]ts|main[.]ts|cli/|start/)"],
      },
    },
    {
      name: "board-knows-contract-and-rules",
      comment: "The board never imports the hub, nor any library: what it imports, it must carry.",
      severity: "error",
      from: { path: "^firmware/board/", pathNot: TEST },
      to: { pathNot: ["^firmware/board/", RULES, PROTOCOL, INTERPRETER] },
    },
    {
      name: "only-the-espruino-side-knows-espruino",
      comment: "The board program knows hardware.ts and no interpreter: so it runs in a test, too.",
      severity: "error",
      from: { path: "^firmware/board/", pathNot: [ESPRUINO, TEST] },
      to: { path: INTERPRETER },
    },
    {
      name: "drivers-are-strangers",
      comment: "One chip, one file.",
      severity: "error",
      from: { path: "^firmware/board/drivers/([^/]+)[.]ts$" },
      to: { path: "^firmware/board/drivers/", pathNot: "^firmware/board/drivers/$1[.]ts$" },
    },
    {
      name: "dashboards-see-the-public-side",
      comment:
        "A dashboard is a client. It sees the hub's HTTP API, the shared vocabulary, and what writes a board over a cable.",
      severity: "error",
      from: { path: "^dashboards/src/" },
      to: { path: "^(hub|firmware)/", pathNot: ["^hub/api/", VOCABULARY, CABLE] },
    },
    {
      name: "tools-see-the-public-side",
      comment: "Simulator, builder and flasher speak the contract, like any stranger.",
      severity: "error",
      from: { path: "^firmware/(simulator|flash|cable)/", pathNot: TEST },
      to: { path: "^hub/src/" },
    },
    {
      name: "one-walk-in-terminal-and-browser",
      comment:
        "What flashes a board runs in a browser too. Ports, files and the network of Node.js are in cable/node and cable/release.",
      severity: "error",
      from: { path: CABLE, pathNot: [CABLE_ON_NODE, TEST] },
      to: { path: ["^node_modules/(serialport|espruino)/", CABLE_ON_NODE] },
    },
    {
      name: "no-nodejs-in-the-walk",
      comment: "What flashes a board runs in a browser too: no module of Node.js.",
      severity: "error",
      from: { path: [CABLE, "^dashboards/src/"], pathNot: [CABLE_ON_NODE, TEST] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "the-hub-does-not-build-programs",
      comment:
        "Compilers are for those who build. The hub reads hardware files and what was built.",
      severity: "error",
      from: { path: "^hub/src/" },
      to: { path: "^firmware/flash/", pathNot: "^firmware/flash/(hardware-file[.]ts|wiring/)" },
    },
    {
      name: "no-test-code-in-the-product",
      comment: "Tests import the product, never the reverse.",
      severity: "error",
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: "every-import-is-declared",
      comment: "It resolves by accident of hoisting. Add it to this package's package.json.",
      severity: "error",
      from: { pathNot: ESPRUINO },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
    {
      name: "every-import-exists",
      comment: "Nothing answers to that name.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: INTERPRETER },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^(dashboards|firmware)/dist/", "/ming/"] },
    preserveSymlinks: false,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
};
