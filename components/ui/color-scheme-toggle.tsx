"use client";

import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import styles from "./color-scheme-toggle.module.css";

/** Switches between light and dark; the choice is kept in the browser. */
export function ColorSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: true });
  return (
    <button
      type="button"
      className={styles.toggle}
      onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
    >
      <IconMoon size={20} className={styles.whenLight} aria-hidden="true" />
      <span className={styles.whenLight}>Dark</span>
      <IconSun size={20} className={styles.whenDark} aria-hidden="true" />
      <span className={styles.whenDark}>Light</span>
    </button>
  );
}
