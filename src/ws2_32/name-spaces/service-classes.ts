// The service classes of one process: those of the catalog, as WSAStartup found them and this process has changed them since,
// and the well-known ones. Changing them is changing the catalog; the providers that keep classes are told.
import {
  NS_ALL,
  WSAEACCES,
  WSAEALREADY,
  WSAEFAULT,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  WSANO_RECOVERY,
  WSATYPE_NOT_FOUND,
  type GUID,
  type Ref,
  type WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import { serviceClassInfoSize, toServiceClassWide } from '../../abi/service-class-info.js';
import {
  catalogError,
  fromServiceClassInfoW,
  toServiceClassInfoW,
  type CatalogChange,
  type CatalogStore,
  type ServiceClass,
} from '../../catalog/index.js';
import type { NameSpaceProvider } from './provider.js';
import type { Routines } from './routines.js';
import { wellKnownClass, wellKnownClassId } from './well-known-classes.js';

/** What a provider answers that simply keeps no such class. */
const NOT_HERE: readonly number[] = [WSAEOPNOTSUPP, WSATYPE_NOT_FOUND];

/** The service classes of a started process. */
export class ServiceClasses {
  readonly #store: CatalogStore;
  readonly #providers: readonly NameSpaceProvider[];
  #installed: readonly ServiceClass[];

  constructor(store: CatalogStore, providers: readonly NameSpaceProvider[], installed: readonly ServiceClass[]) {
    this.#store = store;
    this.#providers = providers;
    this.#installed = installed;
  }

  /** The class of this id, or null. */
  byId(id: GUID): WSASERVICECLASSINFOW | null {
    const text = id.toString();
    const installed = this.#installed.find(({ serviceClassId }) => serviceClassId === text);
    return installed === undefined ? wellKnownClass(id) : toServiceClassInfoW(installed);
  }

  /** The id of the class of this name, in any case, or null. */
  idOf(name: string): GUID | null {
    const wanted = name.toLowerCase();
    const installed = this.#installed.find(({ lpszServiceClassName }) => lpszServiceClassName.toLowerCase() === wanted);
    return installed === undefined ? wellKnownClassId(name) : toServiceClassInfoW(installed).lpServiceClassId;
  }

  /** Adds a class: 0, WSAEINVAL (without id or name), WSAEALREADY, or the store's error. */
  async install(info: WSASERVICECLASSINFOW): Promise<number> {
    if (info.lpServiceClassId === null || (info.lpszServiceClassName ?? '') === '') return WSAEINVAL;
    const added = fromServiceClassInfoW(info);
    const error = await this.#change((current) => {
      const there = current.serviceClasses.some(({ serviceClassId }) => serviceClassId === added.serviceClassId);
      if (there) return catalogError('invalid', `service class ${added.serviceClassId} is installed`, { code: WSAEALREADY });
      return current.with({ serviceClasses: [...current.serviceClasses, added] });
    });
    if (error === 0) this.#tell('NSPInstallServiceClass', (routines) => routines.installClass(toServiceClassWide(info)));
    return error;
  }

  /** Removes a class: 0, WSATYPE_NOT_FOUND, or the store's error. */
  async remove(id: GUID): Promise<number> {
    const text = id.toString();
    const error = await this.#change((current) => {
      const rest = current.serviceClasses.filter(({ serviceClassId }) => serviceClassId !== text);
      if (rest.length < current.serviceClasses.length) return current.with({ serviceClasses: rest });
      return catalogError('invalid', `there is no service class ${text}`, { code: WSATYPE_NOT_FOUND });
    });
    if (error === 0) this.#tell('NSPRemoveServiceClass', (routines) => routines.removeClass(id));
    return error;
  }

  /**
   * What a provider knows of a class; for one that keeps none, what of the installed class is for its name space.
   *
   * @param length in: the bytes that the caller can take; out, with WSAEFAULT: the bytes needed
   * @param info receives the class
   * @param wide whether texts count as UTF-16
   */
  read(provider: NameSpaceProvider, id: GUID, length: Ref, info: WSASERVICECLASSINFOW, wide: boolean): number {
    const { entry, routines } = provider;
    info.lpServiceClassId = id;
    if (entry.storesServiceClassInfo && routines !== null) {
      const error = routines.classInfo(length, info);
      if (!NOT_HERE.includes(error)) return error;
    }
    const known = this.byId(id);
    if (known === null) return WSATYPE_NOT_FOUND;
    const values = (known.lpClassInfos ?? []).filter(({ dwNameSpace }) => [NS_ALL, entry.dwNameSpace].includes(dwNameSpace));
    Object.assign(known, { lpClassInfos: values, dwCount: values.length });
    const needed = serviceClassInfoSize(known, wide);
    const fits = length.value >= needed;
    length.value = needed;
    if (!fits) return WSAEFAULT;
    Object.assign(info, known);
    return 0;
  }

  async #change(change: CatalogChange): Promise<number> {
    const result = await this.#store.update(change);
    if (result.ok) {
      this.#installed = result.catalog.serviceClasses;
      return 0;
    }
    const { code, trouble } = result.error;
    if (trouble === 'insecure') return WSAEACCES;
    return code === 0 ? WSANO_RECOVERY : code;
  }

  /** The catalog decides; a provider that does not follow is a matter for the trace. */
  #tell(name: string, entry: (routines: Routines) => number): void {
    for (const provider of this.#providers) {
      if (provider.routines === null || !provider.entry.storesServiceClassInfo) continue;
      const error = entry(provider.routines);
      if (error !== 0 && !NOT_HERE.includes(error)) provider.note(`${name} failed`, error);
    }
  }
}
