// Small choices of the person, kept by name. They are needed before the first paint, so they wait for nothing.

const PREFIX = 'tollgate.';

export function keptChoice(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // A browser that keeps nothing has kept nothing: what cannot be kept is said when a person chooses.
    return null;
  }
}

/** Throws where the browser keeps nothing. */
export const keepChoice = (name: string, value: string): void => localStorage.setItem(PREFIX + name, value);
