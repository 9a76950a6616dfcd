// WSADATA. Owns no version rules; those are in ws2_32.

/** WSADATA (winsock2.h): what WSAStartup tells about the implementation. A plain object; `size` is C's sizeof on x64. */
export class WSADATA {
  static readonly size = 408;

  wVersion = 0;
  wHighVersion = 0;
  iMaxSockets = 0;
  iMaxUdpDg = 0;
  lpVendorInfo: null = null;
  szDescription = '';
  szSystemStatus = '';

  constructor(init: Partial<WSADATA> = {}) {
    Object.assign(this, init);
  }
}

export { WSADATA as WSAData };
