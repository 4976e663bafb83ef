// A message of the engine: what it has in backticks gets a typeface of its own.

export function Prose({ text }: { text: string }) {
  return <>{text.split(/`([^`]*)`/).map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>;
}
