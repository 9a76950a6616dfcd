// Which texts may name a provider's module, and what to import for them. A catalog names code to run, so a name must
// mean the same whatever the working directory is.

/** What to import, or why the specifier is refused. */
export type SpecifierResult =
  | { readonly ok: true; readonly target: string }
  | { readonly ok: false; readonly message: string };

const driveLetter = /^[A-Za-z]:[\\/]/;
const uncPath = /^\\\\([^\\/]+)[\\/]/;
const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/;
const packageName = /^(@[A-Za-z0-9~-][A-Za-z0-9._~-]*\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*(\/[^/]+)*$/;
const schemes = ['file', 'https', 'data'];

/**
 * Turns a catalog's module name into what `import()` takes. The query of a package name is the provider's settings and not
 * imported; a URL keeps its own, and in a path `?` is a character like others.
 *
 * @param specifier a package name (with a path inside it and settings behind it), an absolute path of either platform, or
 *   a file:, https: or data: URL
 * @returns the text to import, or why this is refused
 */
export function resolveSpecifier(specifier: string): SpecifierResult {
  if (specifier === '' || specifier.includes('\0')) return refused('it is not a module name');
  if (specifier.startsWith('.')) return refused('a relative path depends on where it is read from; name an absolute path, a package or a URL');
  if (specifier.startsWith('/')) return fromPath('file://', specifier);
  if (driveLetter.test(specifier)) return fromPath('file:///', specifier.replaceAll('\\', '/'));
  if (uncPath.test(specifier)) return fromPath('file:', specifier.replaceAll('\\', '/'));
  return scheme.test(specifier) ? fromUrl(specifier) : fromPackage(withoutSettings(specifier));
}

/** A package's name without its query: `winsock2/layers/firewall` of `winsock2/layers/firewall?allow=::1`. */
export function withoutSettings(name: string): string {
  const query = name.indexOf('?');
  return query === -1 ? name : name.slice(0, query);
}

function fromPath(start: string, path: string): SpecifierResult {
  const target = start + escapePath(path);
  return URL.canParse(target) ? { ok: true, target } : refused('it is not a valid path');
}

function fromUrl(specifier: string): SpecifierResult {
  const name = scheme.exec(specifier)?.[1]?.toLowerCase() ?? '';
  if (!schemes.includes(name)) return refused(`a ${name}: address does not name a provider; file:, https: and data: do`);
  // "file:x" has no authority or root: it would be read relative to something.
  if (name === 'file' && !/^file:\/\//i.test(specifier)) return refused('a file: URL needs a whole path, as in file:///folder/module.js');
  return URL.canParse(specifier) ? { ok: true, target: specifier } : refused('it is not a valid URL');
}

function fromPackage(specifier: string): SpecifierResult {
  // An escape could spell the dots of a relative step, and a backslash is a separator on Windows.
  if (/[%\\]/.test(specifier) || !packageName.test(specifier)) return refused('it is neither a package name, an absolute path nor a URL');
  const steps = specifier.split('/');
  if (steps.some((step) => step === '.' || step === '..')) return refused('a path inside a package may not leave it');
  return { ok: true, target: specifier };
}

// What would end or alter a URL's path; the URL parser escapes the rest.
function escapePath(path: string): string {
  return path.replace(/[%?#\\\t\n\r]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function refused(message: string): SpecifierResult {
  return { ok: false, message };
}
