import styles from "./initials.module.css";

const tones = ["cedar", "gold", "clay"] as const;

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.at(0) ?? "";
  const last = words.length > 1 ? (words.at(-1)?.at(0) ?? "") : "";
  return (first + last).toUpperCase();
}

/** A person's initials in a disc. The same name has the same colour everywhere. The name stands beside it. */
export function Initials({ name, size = 44 }: { name: string; size?: number }) {
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  const tone = tones[sum % tones.length] ?? "cedar";
  return (
    <span
      className={`${styles.initials} ${styles[tone]}`}
      style={{ width: size, height: size, fontSize: size * 0.38 }}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
