import styles from "./button.module.css";

export type ButtonVariant = "primary" | "secondary" | "tinted" | "quiet" | "danger";
export type ButtonSize = "small" | "regular";

/** The classes that links and buttons share, so that both look alike. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize, wide: boolean): string {
  return [styles.button, styles[variant], size === "small" && styles.small, wide && styles.wide]
    .filter(Boolean)
    .join(" ");
}
