// Structures of other headers that the Winsock ones embed (winnt.h, bthsdpdef.h).

import { type Memory, Struct } from '../memory.js';
import { assign } from '../fields.js';
import { GUID } from './guid.js';

/** PROCESSOR_NUMBER (winnt.h): 4 bytes on x64. */
export class PROCESSOR_NUMBER extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(PROCESSOR_NUMBER.size, memory, offset);
  }

  get Group(): number {
    return this.view.getUint16(0, true);
  }
  set Group(value: number) {
    this.view.setUint16(0, value, true);
  }

  get Number(): number {
    return this.view.getUint8(2);
  }
  set Number(value: number) {
    this.view.setUint8(2, value);
  }

  get Reserved(): number {
    return this.view.getUint8(3);
  }
  set Reserved(value: number) {
    this.view.setUint8(3, value);
  }
}

/** SdpQueryUuid (bthsdpdef.h): 20 bytes on x64. The union `u` is flattened: its members overlap at the start. */
export class SdpQueryUuid extends Struct {
  static readonly size = 20;

  constructor(memory?: Memory, offset = 0) {
    super(SdpQueryUuid.size, memory, offset);
  }

  get uuid128(): GUID {
    return new GUID(this.bytes, 0);
  }
  set uuid128(value: Memory) {
    assign(this.bytes, 0, 16, value);
  }

  get uuid32(): number {
    return this.view.getUint32(0, true);
  }
  set uuid32(value: number) {
    this.view.setUint32(0, value, true);
  }

  get uuid16(): number {
    return this.view.getUint16(0, true);
  }
  set uuid16(value: number) {
    this.view.setUint16(0, value, true);
  }

  get uuidType(): number {
    return this.view.getUint16(16, true);
  }
  set uuidType(value: number) {
    this.view.setUint16(16, value, true);
  }
}

/** SdpAttributeRange (bthsdpdef.h): 4 bytes on x64. */
export class SdpAttributeRange extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(SdpAttributeRange.size, memory, offset);
  }

  get minAttribute(): number {
    return this.view.getUint16(0, true);
  }
  set minAttribute(value: number) {
    this.view.setUint16(0, value, true);
  }

  get maxAttribute(): number {
    return this.view.getUint16(2, true);
  }
  set maxAttribute(value: number) {
    this.view.setUint16(2, value, true);
  }
}
