// What an overlapped operation left to be shown when it completes: a receive has buffers and perhaps an address.

/** An operation that was started, as its completion shows it. */
export interface Operation {
  /** Whether WSAGetOverlappedResult shows `flags=F` (the plain receives). */
  readonly showsFlags: boolean;
  /** What a receive shows after its byte count and flags, with a space before it; nothing for others. */
  received(bytes: number): string;
  /** What follows WSAEMSGSIZE: the whole buffer and the address. */
  overflow(): string;
}

/** An operation that receives nothing. */
export const PLAIN: Operation = { showsFlags: false, received: () => '', overflow: () => '' };
