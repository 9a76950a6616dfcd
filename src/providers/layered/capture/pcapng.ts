// Writes packets as a pcapng file (draft-ietf-opsawg-pcapng): what Wireshark opens. It knows the file format only; which
// packets there are is its callers' business. The same packets give the same bytes, everywhere.

/** LINKTYPE_RAW: a packet begins with its IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101;

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const OPTION_END = 0;
const OPTION_COMMENT = 1;
const OPTION_IF_NAME = 2;
const OPTION_IF_TSRESOL = 9;
const OPTION_SHB_USERAPPL = 4;

/** Time stamps are in units of 10^-6 seconds. */
const MICROSECONDS = 6;
const PROGRAM = 'winsock2';
const FOUR_GIGA = 0x1_0000_0000;

/** A place where packets are seen; a row of its own in Wireshark's list of interfaces. */
export interface CapturedInterface {
  readonly name: string;
}

/** One packet, as it was seen. */
export interface CapturedPacket {
  /** An index into the interfaces. */
  readonly interface: number;
  /** Microseconds since 1970. */
  readonly us: number;
  /** From the IP header on, whole. */
  readonly bytes: Uint8Array;
  /** What became of it, where that does not show in the bytes. */
  readonly comment?: string;
}

/** The bytes of a pcapng file; without packets those that it begins with, when packets follow one by one. */
export function pcapng(interfaces: readonly CapturedInterface[], packets: readonly CapturedPacket[] = []): Uint8Array {
  const file = new Output();
  sectionHeader(file);
  for (const { name } of interfaces) interfaceDescription(file, name);
  for (const packet of packets) enhancedPacket(file, packet);
  return file.bytes();
}

/** The bytes of one more packet, behind those that a file has. */
export function pcapngPacket(packet: CapturedPacket): Uint8Array {
  const more = new Output();
  enhancedPacket(more, packet);
  return more.bytes();
}

function sectionHeader(file: Output): void {
  file.block(SECTION_HEADER, () => {
    file.uint32(BYTE_ORDER_MAGIC);
    file.uint16(1);
    file.uint16(0);
    // The section's length: unknown, -1 in 64 bits.
    file.uint32(0xffffffff);
    file.uint32(0xffffffff);
    file.option(OPTION_SHB_USERAPPL, textBytes(PROGRAM));
    file.endOfOptions();
  });
}

function interfaceDescription(file: Output, name: string): void {
  file.block(INTERFACE_DESCRIPTION, () => {
    file.uint16(LINKTYPE_RAW);
    file.uint16(0);
    // No limit to how much of a packet is kept.
    file.uint32(0);
    file.option(OPTION_IF_NAME, textBytes(name));
    file.option(OPTION_IF_TSRESOL, Uint8Array.of(MICROSECONDS));
    file.endOfOptions();
  });
}

function enhancedPacket(file: Output, { interface: index, us, bytes, comment }: CapturedPacket): void {
  file.block(ENHANCED_PACKET, () => {
    file.uint32(index);
    file.uint32(Math.floor(us / FOUR_GIGA));
    file.uint32(us % FOUR_GIGA);
    file.uint32(bytes.length);
    file.uint32(bytes.length);
    file.padded(bytes);
    if (comment === undefined) return;
    file.option(OPTION_COMMENT, textBytes(comment));
    file.endOfOptions();
  });
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A growing file, little-endian. */
class Output {
  #memory = new Uint8Array(4096);
  #view = new DataView(this.#memory.buffer);
  #length = 0;

  bytes(): Uint8Array {
    return this.#memory.slice(0, this.#length);
  }

  /** A block with its length before and after what `body` writes. */
  block(type: number, body: () => void): void {
    const start = this.#length;
    this.uint32(type);
    this.uint32(0);
    body();
    const total = this.#length - start + 4;
    this.uint32(total);
    this.#view.setUint32(start + 4, total, true);
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  option(code: number, value: Uint8Array): void {
    this.uint16(code);
    this.uint16(value.length);
    this.padded(value);
  }

  endOfOptions(): void {
    this.uint32(OPTION_END);
  }

  /** Bytes, filled up to a multiple of four. */
  padded(bytes: Uint8Array): void {
    const whole = (bytes.length + 3) & ~3;
    this.#reserve(whole);
    this.#memory.set(bytes, this.#length);
    this.#length += whole;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#memory.length) return;
    const larger = new Uint8Array(Math.max(this.#memory.length * 2, this.#length + more));
    larger.set(this.#memory);
    this.#memory = larger;
    this.#view = new DataView(larger.buffer);
  }
}
