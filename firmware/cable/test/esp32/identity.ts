/** What a chip says of itself when its registers are read. */

export type ChipKind = "ESP32" | "ESP32-S3" | "ESP32-C3" | "ESP8266";

export type Identity = {
  readonly kind: ChipKind;
  /** 12 hexadecimal digits. */
  readonly mac: string;
  readonly flashSize: number;
};

/** esptool's `CHIP_DETECT_MAGIC_REG_ADDR`, and what each kind shows there. */
const MAGIC_ADDRESS = 0x40001000;
const MAGIC: { readonly [kind in ChipKind]: number } = {
  ESP32: 0x00f01d83,
  "ESP32-S3": 0x09,
  "ESP32-C3": 0x1b31506f,
  ESP8266: 0xfff0c101,
};

/** In an image's header and in what newer chips answer to GET_SECURITY_INFO. */
const CHIP_ID: { readonly [kind in ChipKind]: number | undefined } = {
  ESP32: undefined,
  "ESP32-S3": 9,
  "ESP32-C3": 5,
  ESP8266: undefined,
};

/** ESP32 Technical Reference Manual, eFuse controller: BLK0 is read from here on. */
const EFUSE = 0x3ff5a000;
/** The same, SPI1, which leads to the flash. */
const SPI1 = 0x3ff42000;
const SPI1_LENGTH = 0x100;
const SPI_COMMAND = SPI1;
const SPI_USER2 = SPI1 + 0x24;
const SPI_WORD0 = SPI1 + 0x80;
const SPI_USER_BIT = 1 << 18;
/** JEDEC: read identification. */
const READ_ID = 0x9f;
/** GigaDevice, GD25Q; the third byte is the logarithm of the size. */
const MANUFACTURER = 0xc8;
const FLASH_TYPE = 0x40;

const flashId = (size: number): number =>
  (Math.log2(size) << 16) | (FLASH_TYPE << 8) | MANUFACTURER;

/** An ESP32-D0WD of revision 3, 40 MHz. */
const registersOf = ({ kind, mac }: Identity): Map<number, number> =>
  new Map([
    [MAGIC_ADDRESS, MAGIC[kind]],
    [EFUSE + 4, Number.parseInt(mac.slice(4), 16)],
    [EFUSE + 8, Number.parseInt(mac.slice(0, 4), 16)],
    [EFUSE + 12, (1 << 9) | (1 << 15)],
    [EFUSE + 20, 1 << 20],
    [0x3ff6607c, 0x80000000],
    [0x3ff40014, 347],
  ]);

export type Registers = {
  read(address: number): number;
  /** False for one that a flasher has no business with. */
  write(address: number, value: number, mask: number): boolean;
};

export const createRegisters = (identity: Identity): Registers => {
  const registers = registersOf(identity);
  const read = (address: number): number => registers.get(address) ?? 0;
  return {
    read,
    write: (address, value, mask) => {
      if (address < SPI1 || address >= SPI1 + SPI1_LENGTH) return false;
      registers.set(address, ((read(address) & ~mask) | (value & mask)) >>> 0);
      if (address === SPI_COMMAND && (value & SPI_USER_BIT) !== 0) {
        // Done before anybody looks.
        registers.set(SPI_COMMAND, 0);
        const isReadId = (read(SPI_USER2) & 0xff) === READ_ID;
        registers.set(SPI_WORD0, isReadId ? flashId(identity.flashSize) : 0);
      }
      return true;
    },
  };
};

/** `esp_get_security_info_t`, of a chip on which nothing is locked; undefined where it is unknown. */
export const securityInfo = ({ kind }: Identity): Uint8Array | undefined => {
  const id = CHIP_ID[kind];
  if (id === undefined) return undefined;
  const info = new Uint8Array(20);
  info[12] = id;
  return info;
};
