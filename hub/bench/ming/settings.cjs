// Node-RED for the bench: on this machine only, saying nothing to anybody. The rest as it comes.
module.exports = {
  uiHost: "127.0.0.1",
  uiPort: Number(process.env.BENCH_NODE_RED_PORT),
  flowFile: "flows.json",
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { palette: { allowInstall: false } },
  logging: { console: { level: "error", metrics: false, audit: false } },
};
