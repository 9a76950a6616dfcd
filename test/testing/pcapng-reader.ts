// Reads a pcapng file block by block, strictly: what is not as the format says is an error. For tests of the writer.
interface Block {
  readonly type: number;
  readonly view: DataView;
}

export interface ReadPacket {
  readonly interface: string;
  readonly us: number;
  readonly bytes: Uint8Array;
  readonly comment: string | null;
}

export interface ReadFile {
  readonly interfaces: readonly { readonly name: string; readonly linkType: number; readonly resolution: number }[];
  readonly packets: readonly ReadPacket[];
}

export function readPcapng(file: Uint8Array): ReadFile {
  const [header, ...blocks] = blocksOf(file);
  if (header?.type !== 0x0a0d0d0a || header.view.getUint32(0, true) !== 0x1a2b3c4d) throw new Error('no section header');
  if (header.view.getUint16(4, true) !== 1 || header.view.getUint16(6, true) !== 0) throw new Error('not version 1.0');
  const interfaces = blocks.filter(({ type }) => type === 1).map(({ view }) => {
    const options = optionsOf(view, 8);
    return { name: text(options.get(2)), linkType: view.getUint16(0, true), resolution: options.get(9)?.[0] ?? 0 };
  });
  const packets = blocks.filter(({ type }) => type === 6).map(({ view }): ReadPacket => {
    const length = view.getUint32(12, true);
    if (view.getUint32(16, true) !== length) throw new Error('a packet was cut');
    const comment = optionsOf(view, 20 + padded(length)).get(1);
    return {
      interface: interfaces[view.getUint32(0, true)]!.name,
      us: view.getUint32(4, true) * 2 ** 32 + view.getUint32(8, true),
      bytes: new Uint8Array(view.buffer, view.byteOffset + 20, length),
      comment: comment === undefined ? null : text(comment),
    };
  });
  if (interfaces.length + packets.length !== blocks.length) throw new Error('a block of another kind');
  return { interfaces, packets };
}

function blocksOf(file: Uint8Array): Block[] {
  const whole = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length; ) {
    const length = whole.getUint32(at + 4, true);
    if (length % 4 !== 0 || whole.getUint32(at + length - 4, true) !== length) throw new Error(`bad length at ${at}`);
    const view = new DataView(file.buffer, file.byteOffset + at + 8, length - 12);
    blocks.push({ type: whole.getUint32(at, true), view });
    at += length;
  }
  return blocks;
}

function optionsOf(view: DataView, start: number): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = start; at < view.byteLength; ) {
    const code = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (code === 0) return options;
    options.set(code, new Uint8Array(view.buffer, view.byteOffset + at + 4, length));
    at += 4 + padded(length);
  }
  return options;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
