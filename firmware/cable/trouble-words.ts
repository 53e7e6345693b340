import type { Sentence } from "@battant/hub/api/contract";
import { HubRefusal } from "./hub-client.ts";
import type { Trouble, TroubleKind } from "./trouble.ts";

/**
 * What people are told when a walk ends early: why, and what to do next. One table for the terminal
 * and the page.
 */

export type TroubleWords = {
  readonly cause: Sentence;
  /** Begins with what to do. */
  readonly remedy: Sentence;
};

/** Allows whoever sits at the machine to use the serial chips that boards come with. */
const UDEV_RULE =
  'SUBSYSTEM=="tty", ATTRS{idVendor}=="10c4|1a86|0403|303a|067b", MODE="0660", GROUP="dialout", TAG+="uaccess"';
const UDEV_FILE = "/etc/udev/rules.d/60-battant.rules";
const UDEV_RELOAD = "sudo udevadm control --reload && sudo udevadm trigger";

export const TROUBLE_WORDS: { readonly [kind in TroubleKind]: TroubleWords } = {
  "port-busy": {
    cause: {
      fr: "Un autre programme utilise ce port.",
      en: "Another program uses this port.",
    },
    remedy: {
      fr: "Fermez le moniteur série, l'autre onglet ou l'autre terminal qui a ouvert ce port, puis recommencez. Sous Linux, `sudo fuser -v /dev/ttyUSB0` le nomme ; ModemManager lâche le port au bout d'une minute.",
      en: "Close the serial monitor, the other tab or the other terminal that has this port open, then try again. On Linux `sudo fuser -v /dev/ttyUSB0` names it; ModemManager lets go of the port after a minute.",
    },
  },
  "port-forbidden": {
    cause: {
      fr: "Votre compte n'a pas le droit d'ouvrir ce port.",
      en: "Your account may not open this port.",
    },
    remedy: {
      fr: `Tapez \`sudo usermod -aG dialout $USER\`, fermez la session et rouvrez-la. Ou écrivez la règle \`${UDEV_RULE}\` dans ${UDEV_FILE}, puis \`${UDEV_RELOAD}\` et rebranchez la carte.`,
      en: `Type \`sudo usermod -aG dialout $USER\`, sign out and sign in again. Or write the rule \`${UDEV_RULE}\` into ${UDEV_FILE}, then \`${UDEV_RELOAD}\` and plug the board in again.`,
    },
  },
  "port-missing": {
    cause: {
      fr: "Ce port n'existe pas, ou plus : aucune carte n'y est branchée.",
      en: "This port is not there, or no longer: no board is plugged in.",
    },
    remedy: {
      fr: "Branchez la carte avec un câble USB de données (beaucoup ne font que charger), directement sur la machine. Si rien n'apparaît, essayez un autre câble, une autre prise, ou installez le pilote de la puce USB : CP210x ou CH340.",
      en: "Plug the board in with a USB cable that carries data (many only charge), straight into the machine. If nothing shows up, try another cable, another socket, or install the driver of the USB chip: CP210x or CH340.",
    },
  },
  unplugged: {
    cause: {
      fr: "La liaison USB s'est coupée en cours de route.",
      en: "The USB connection broke off on the way.",
    },
    remedy: {
      fr: "Rebranchez la carte, avec un autre câble si cela se répète, et recommencez : tout est réécrit depuis le début.",
      en: "Plug the board in again, with another cable if it happens again, and start over: everything is written anew.",
    },
  },
  "no-answer": {
    cause: {
      fr: "La puce ne répond pas : elle n'est pas dans son programme de chargement.",
      en: "The chip does not answer: it is not in its boot loader.",
    },
    remedy: {
      fr: "Maintenez le bouton BOOT de la carte pendant que vous la branchez (ou appuyez brièvement sur EN), relâchez-le au bout de deux secondes et recommencez. Vérifiez aussi que rien n'est câblé sur les broches 0, 1, 2, 3 et 12.",
      en: "Hold the board's BOOT button while you plug it in (or press EN briefly), let go after two seconds and try again. Check too that nothing is wired to pins 0, 1, 2, 3 and 12.",
    },
  },
  "wrong-chip": {
    cause: {
      fr: "Ce n'est pas un ESP32 d'origine ; le programme n'est fait que pour lui.",
      en: "This is not an original ESP32, the only chip that the program is made for.",
    },
    remedy: {
      fr: "Prenez une carte dont le module porte « ESP32-WROOM-32 » : ni S2, ni S3, ni C3, ni ESP8266.",
      en: "Take a board whose module reads “ESP32-WROOM-32”: no S2, S3, C3 nor ESP8266.",
    },
  },
  "flash-too-small": {
    cause: {
      fr: "La mémoire flash de cette carte est trop petite.",
      en: "The flash memory of this board is too small.",
    },
    remedy: {
      fr: "Prenez une carte avec 4 Mo de flash ou plus, comme l'ESP32-DevKitC.",
      en: "Take a board with 4 MB of flash or more, such as the ESP32-DevKitC.",
    },
  },
  "write-failed": {
    cause: {
      fr: "L'écriture n'a pas abouti, même en recommençant plus lentement. La carte ne démarrera pas tant qu'elle n'est pas flashée.",
      en: "Writing did not succeed, not even again and slower. The board does not start until it is flashed.",
    },
    remedy: {
      fr: "Recommencez avec un câble plus court, sur une autre prise USB, sans rallonge ; débranchez les capteurs le temps de flasher.",
      en: "Try again with a shorter cable, in another USB socket, without an extension; take the sensors off while you flash.",
    },
  },
  "verify-failed": {
    cause: {
      fr: "La flash contient autre chose que ce qui a été écrit : elle est usée ou contrefaite. La carte ne démarrera pas.",
      en: "The flash holds something else than what was written: it is worn out or a fake. The board will not start.",
    },
    remedy: {
      fr: "Recommencez une fois avec un autre câble ; si cela se répète, changez de carte et écartez celle-ci.",
      en: "Try once more with another cable; if it happens again, take another board and put this one aside.",
    },
  },
  "brown-out": {
    cause: {
      fr: "La tension s'effondre : la carte redémarre sans cesse faute de courant.",
      en: "The voltage breaks down: the board keeps restarting for lack of current.",
    },
    remedy: {
      fr: "Branchez la carte sur une autre prise USB ou sur un hub USB alimenté, avec un câble court ; débranchez relais et radars, puis cherchez un court-circuit entre 3V3 et GND.",
      en: "Plug the board into another USB socket or a powered USB hub, with a short cable; take relays and radars off, then look for a short between 3V3 and GND.",
    },
  },
  "no-boot": {
    cause: {
      fr: "La carte est écrite et vérifiée, mais elle ne démarre pas.",
      en: "The board is written and verified, and does not start.",
    },
    remedy: {
      fr: "Appuyez sur EN (ou débranchez et rebranchez la carte) sans toucher à BOOT. Si elle ne démarre toujours pas, retirez ce qui est câblé sur les broches 0, 2, 5, 12 et 15, puis flashez de nouveau.",
      en: "Press EN (or unplug the board and plug it in again) without touching BOOT. If it still does not start, take off what is wired to pins 0, 2, 5, 12 and 15, then flash it again.",
    },
  },
  "no-program": {
    cause: {
      fr: "La carte démarre, mais ce qu'elle trouve dans sa flash n'est pas entier.",
      en: "The board starts, but what it finds in its flash is not whole.",
    },
    remedy: {
      fr: "Flashez-la de nouveau ; si cela se répète, sa flash est usée : changez de carte.",
      en: "Flash it again; if it happens again its flash is worn out: take another board.",
    },
  },
  "program-fails": {
    cause: {
      fr: "Le programme de la carte s'arrête au démarrage.",
      en: "The board's program fails as it starts.",
    },
    remedy: {
      fr: "Vérifiez que le type de carte choisi est le bon et recommencez ; sinon, signalez les lignes ci-dessous avec la version du programme.",
      en: "Check that the kind of board you chose is the right one and try again; otherwise report the lines below with the program's version.",
    },
  },
  "wifi-failed": {
    cause: {
      fr: "La carte fonctionne, mais ne rejoint pas le Wi-Fi.",
      en: "The board works and does not get onto the Wi-Fi.",
    },
    remedy: {
      fr: "Vérifiez le nom du réseau et son mot de passe (majuscules comprises), et qu'il émet en 2,4 GHz et en WPA2 : un ESP32 n'entend ni la bande 5 GHz ni le WPA3 seul. Approchez la carte de la borne. Puis flashez-la de nouveau en redonnant le réseau et son mot de passe (option --wifi).",
      en: "Check the network's name and its password (capitals included), and that it is on 2.4 GHz with WPA2: an ESP32 hears neither 5 GHz nor WPA3 alone. Bring the board closer to the access point. Then flash it again and give the network and its password anew (option --wifi).",
    },
  },
  "hub-unreachable": {
    cause: {
      fr: "La carte est sur le Wi-Fi, mais n'atteint pas le boîtier.",
      en: "The board is on the Wi-Fi and does not reach the hub.",
    },
    remedy: {
      fr: "Vérifiez l'adresse du boîtier donnée à la carte (option --host), que le pare-feu laisse entrer son port MQTT (`sudo ufw allow 1883/tcp`), et que le Wi-Fi n'isole pas ses clients du réseau du boîtier.",
      en: "Check the address of the hub that the board was given (option --host), that the firewall lets its MQTT port in (`sudo ufw allow 1883/tcp`), and that the Wi-Fi does not keep its clients apart from the hub's network.",
    },
  },
  "hub-refuses": {
    cause: {
      fr: "Le boîtier refuse la carte : il ne connaît pas son nom ou son mot de passe.",
      en: "The hub refuses the board: it does not know its name or its password.",
    },
    remedy: {
      fr: "Flashez la carte de nouveau depuis ce boîtier : son mot de passe est tiré à chaque fois. S'il y a deux boîtiers, vérifiez l'adresse donnée à la carte.",
      en: "Flash the board again from this hub: its password is drawn each time. If there are two hubs, check the address that the board was given.",
    },
  },
  "clock-off": {
    cause: {
      fr: "L'heure du boîtier n'est pas celle de cette machine, ou celle de la carte est fausse.",
      en: "The hub's clock and this machine's do not agree, or the board's is wrong.",
    },
    remedy: {
      fr: "Mettez le boîtier à l'heure : `timedatectl` la montre, `sudo timedatectl set-time '2026-06-21 12:00'` la règle sans internet. Puis appuyez sur EN : la carte prend l'heure du boîtier.",
      en: "Set the hub's clock: `timedatectl` shows it, `sudo timedatectl set-time '2026-06-21 12:00'` sets it without internet. Then press EN: the board takes the time from the hub.",
    },
  },
  "sensor-silent": {
    cause: {
      fr: "Un capteur ne répond pas, ou donne une valeur impossible.",
      en: "A sensor does not answer, or says something impossible.",
    },
    remedy: {
      fr: "Débranchez la carte et comparez avec le schéma : 3V3, GND, SDA et SCL (ou RX et TX) sont-ils sur les bonnes broches, les fils bien enfoncés ? Rebranchez et refaites le test.",
      en: "Unplug the board and compare with the drawing: are 3V3, GND, SDA and SCL (or RX and TX) on the right pins, the wires pushed in? Plug it in and test again.",
    },
  },
  "no-reading": {
    cause: {
      fr: "La carte est en ligne, mais aucune mesure n'arrive.",
      en: "The board is online, and no reading comes.",
    },
    remedy: {
      fr: "Regardez ce qu'elle dit avec `npx battant boards log` suivi de son nom, puis ses capteurs sur la console : `battant.test()`.",
      en: "Look at what it says with `npx battant boards log` and its name, then at its sensors on the console: `battant.test()`.",
    },
  },
  "hub-silent": {
    cause: {
      fr: "Le boîtier ne répond pas.",
      en: "The hub does not answer.",
    },
    remedy: {
      fr: "Vérifiez qu'il est allumé et démarré (`npx battant start`) et sur le même réseau, puis recommencez.",
      en: "Check that it is switched on and started (`npx battant start`) and on the same network, then try again.",
    },
  },
  "refused-by-hub": {
    cause: {
      fr: "Le boîtier refuse la demande.",
      en: "The hub refuses the request.",
    },
    remedy: {
      fr: "Corrigez ce qu'il indique, puis recommencez.",
      en: "Put right what it says, then try again.",
    },
  },
  "no-espruino": {
    cause: {
      fr: "Le boîtier n'a pas d'interpréteur Espruino à écrire sur les cartes.",
      en: "The hub has no Espruino interpreter to write onto boards.",
    },
    remedy: {
      fr: "Importez une version une fois : `npx battant firmware fetch` sur une machine qui a internet, puis `npx battant firmware import FICHIER` sur le boîtier.",
      en: "Import a release once: `npx battant firmware fetch` on a machine with internet, then `npx battant firmware import FILE` on the hub.",
    },
  },
  cancelled: {
    cause: { fr: "Vous avez interrompu.", en: "You stopped it." },
    remedy: {
      fr: "Recommencez quand vous voulez. Une carte interrompue pendant l'écriture ne démarre pas tant qu'elle n'est pas flashée de nouveau ; écrite et vérifiée, elle démarre dès qu'on appuie sur EN.",
      en: "Start over whenever you like. A board that was stopped while being written does not start until it is flashed again; once written and verified, it starts when you press EN.",
    },
  },
};

/** Nobody can put right what a demonstration refuses. */
const SIMULATED: TroubleWords = {
  cause: {
    fr: "Cet immeuble est simulé : rien ne s'y modifie.",
    en: "This building is simulated: it does not change.",
  },
  remedy: {
    fr: "Démarrez un boîtier réel : `npx battant start --no-demo`.",
    en: "Start a real hub: `npx battant start --no-demo`.",
  },
};

/** A hub that refuses has said why in words of its own. */
export const wordsOf = (trouble: Trouble): TroubleWords => {
  const words = TROUBLE_WORDS[trouble.kind];
  if (!(trouble instanceof HubRefusal)) return words;
  return trouble.code === "simulated-building" ? SIMULATED : { ...words, cause: trouble.said };
};
