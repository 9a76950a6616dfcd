// Categories: what a layered provider does (inspects, redirects, encrypts, ...) and which kinds of layers an application
// lets into its process. Owns the rules by which the two meet; the LSP_* bits are the header's. Who consults them is
// ws2_32's business.

import { LSP_SYSTEM } from '../abi/index.js';

/** `WSCSetProviderInfo(ProviderInfoLspCategories)`: the categories of one provider. */
export interface ProviderCategory {
  /** '{...}', upper case. */
  readonly providerId: string;
  /** LSP_* bits. */
  readonly categories: number;
}

/** `WSCSetApplicationCategory`: the layers that one application permits. */
export interface ApplicationCategory {
  /** The program's path, as given at installation. */
  readonly path: string;
  /** The part of the command line that tells programs at one path apart; '' for none. */
  readonly extra: string;
  /** LSP_* bits of the categories that may be loaded. */
  readonly permittedLspCategories: number;
}

/** A running program, as its category is looked up. */
export interface Application {
  /** The absolute path of the program. */
  readonly path: string;
  /** The arguments that it was started with, with a space between each two. */
  readonly extra: string;
  /** Environment variables, for the %NAME% in the paths that installers give. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const WINDOWS_PATH = /^(?:[A-Za-z]:|\\|%)/;

/** A path as it is compared: on Windows, case tells no two files apart. */
function comparable(path: string): string {
  return WINDOWS_PATH.test(path) ? path.replaceAll('/', '\\').toLowerCase() : path;
}

/** Whether two names, as installers give them, are one program's. */
export function isSameApplication(a: Pick<ApplicationCategory, 'path' | 'extra'>, b: Pick<ApplicationCategory, 'path' | 'extra'>): boolean {
  return comparable(a.path) === comparable(b.path) && a.extra === b.extra;
}

/** Replaces %NAME%; what is no variable stays as it is. */
function expanded(text: string, variables: Application['variables']): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const key = Object.keys(variables).find((each) => each.toLowerCase() === name.toLowerCase());
    return (key === undefined ? undefined : variables[key]) ?? whole;
  });
}

/**
 * The layers that a running program permits. What was set for its path and its arguments goes before what was set for its
 * path alone.
 *
 * @returns LSP_* bits, or null when nothing was set for it
 */
export function permittedCategories(list: readonly ApplicationCategory[], application: Application): number | null {
  const path = comparable(application.path);
  const own = list.filter((each) => comparable(expanded(each.path, application.variables)) === path);
  const found = own.find((each) => each.extra === application.extra) ?? own.find((each) => each.extra === '');
  return found?.permittedLspCategories ?? null;
}

/**
 * Whether a program lets a layer into its process: all of the layer's categories must be the program's too, it must have
 * at least one, and where the program is a system process the layer must be fit for those.
 *
 * @param permitted - the program's LSP_* bits, or null for a program without categories, which lets every layer in
 * @param categories - the layer's LSP_* bits; 0 for a layer without categories
 * @see https://learn.microsoft.com/windows/win32/winsock/categorizing-layered-service-providers-and-applications
 */
export function permits(permitted: number | null, categories: number): boolean {
  if (permitted === null) return true;
  if (categories === 0 || (categories & ~permitted) !== 0) return false;
  return (permitted & LSP_SYSTEM) === 0 || (categories & LSP_SYSTEM) !== 0;
}
