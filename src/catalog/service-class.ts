// Service classes: the schema that services register under, and its way to and from WSASERVICECLASSINFOW.

import { WSANSCLASSINFOW, WSASERVICECLASSINFOW, bytesOf, guid } from '../abi/index.js';
import { fromHex, toHex } from './hex.js';

/** One value of a service class in one name space: a WSANSCLASSINFOW. */
export interface ServiceClassValue {
  readonly lpszName: string;
  readonly dwNameSpace: number;
  readonly dwValueType: number;
  /** `lpValue`, `dwValueSize` bytes of it, as hexadecimal text. */
  readonly value: string;
}

/** One installed service class. */
export interface ServiceClass {
  /** '{...}', upper case; unique in the catalog. */
  readonly serviceClassId: string;
  readonly lpszServiceClassName: string;
  readonly classInfos: readonly ServiceClassValue[];
}

/**
 * The class as WSAGetServiceClassInfo shows it.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaserviceclassinfow
 */
export function toServiceClassInfoW(serviceClass: ServiceClass): WSASERVICECLASSINFOW {
  const lpClassInfos = serviceClass.classInfos.map((info) => {
    const lpValue = fromHex(info.value);
    return new WSANSCLASSINFOW({
      lpszName: info.lpszName,
      dwNameSpace: info.dwNameSpace,
      dwValueType: info.dwValueType,
      dwValueSize: lpValue.length,
      lpValue,
    });
  });
  return new WSASERVICECLASSINFOW({
    lpServiceClassId: guid(serviceClass.serviceClassId),
    lpszServiceClassName: serviceClass.lpszServiceClassName,
    dwCount: lpClassInfos.length,
    lpClassInfos,
  });
}

/**
 * The class that a structure describes. Values are taken as they are; the catalog checks what it is given.
 *
 * @param info - the structure, whose class id and name must not be null
 */
export function fromServiceClassInfoW(info: WSASERVICECLASSINFOW): ServiceClass {
  return {
    serviceClassId: String(info.lpServiceClassId),
    lpszServiceClassName: info.lpszServiceClassName ?? '',
    classInfos: (info.lpClassInfos ?? []).slice(0, info.dwCount).map((value) => ({
      lpszName: value.lpszName ?? '',
      dwNameSpace: value.dwNameSpace,
      dwValueType: value.dwValueType,
      value: toHex(value.lpValue === null ? new Uint8Array() : bytesOf(value.lpValue).subarray(0, value.dwValueSize)),
    })),
  };
}
