// Service classes (WSASERVICECLASSINFO) as values: the room that one needs in C, and its ANSI and Unicode forms.
import { bytesOf } from './memory.js';
import { GUID } from './structs/guid.js';
import { WSANSCLASSINFOA, WSANSCLASSINFOW, WSASERVICECLASSINFOA, WSASERVICECLASSINFOW } from './structs/namespace.js';

const ALIGNMENT = 8;
const encoder = new TextEncoder();

const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

function textSize(text: string | null, wide: boolean): number {
  if (text === null) return 0;
  return aligned(wide ? 2 * (text.length + 1) : encoder.encode(text).length + 1);
}

/**
 * The bytes that a service class takes in C on x64 with all that it points to.
 *
 * @param info a service class of either form
 * @param wide whether its texts are UTF-16 (the W form) or UTF-8
 */
export function serviceClassInfoSize(info: WSASERVICECLASSINFOW | WSASERVICECLASSINFOA, wide: boolean): number {
  const values = info.lpClassInfos ?? [];
  return (
    WSASERVICECLASSINFOW.size +
    (info.lpServiceClassId === null ? 0 : GUID.size) +
    textSize(info.lpszServiceClassName, wide) +
    values.reduce((sum, { lpszName, dwValueSize }) => sum + WSANSCLASSINFOW.size + textSize(lpszName, wide) + aligned(dwValueSize), 0)
  );
}

type ClassInfo = Partial<WSASERVICECLASSINFOW> | Partial<WSASERVICECLASSINFOA>;

/** What both forms have, copied: nothing is shared with the original. */
function members(info: ClassInfo): Partial<WSASERVICECLASSINFOW> {
  const values = info.lpClassInfos?.slice(0, info.dwCount).map(copyValue) ?? [];
  const id = info.lpServiceClassId ?? null;
  return {
    lpServiceClassId: id === null ? null : new GUID(bytesOf(id).slice()),
    lpszServiceClassName: info.lpszServiceClassName ?? null,
    dwCount: values.length,
    lpClassInfos: values,
  };
}

function copyValue(value: Partial<WSANSCLASSINFOW> | Partial<WSANSCLASSINFOA>): WSANSCLASSINFOW {
  const memory = value.lpValue ?? null;
  const lpValue = memory === null ? null : bytesOf(memory).slice(0, value.dwValueSize ?? 0);
  return new WSANSCLASSINFOW({
    lpszName: value.lpszName ?? null,
    dwNameSpace: value.dwNameSpace ?? 0,
    dwValueType: value.dwValueType ?? 0,
    dwValueSize: lpValue?.length ?? 0,
    lpValue,
  });
}

/** A Unicode copy of a service class of either form. */
export function toServiceClassWide(info: ClassInfo): WSASERVICECLASSINFOW {
  return new WSASERVICECLASSINFOW(members(info));
}

/** An ANSI copy. */
export function toServiceClassAnsi(info: ClassInfo): WSASERVICECLASSINFOA {
  const copy = members(info);
  return new WSASERVICECLASSINFOA({ ...copy, lpClassInfos: copy.lpClassInfos?.map((value) => new WSANSCLASSINFOA(value)) ?? null });
}
