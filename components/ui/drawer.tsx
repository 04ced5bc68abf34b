"use client";

import { type ReactNode, useId, useRef } from "react";
import styles from "./drawer.module.css";

type DrawerProps = {
  /** Names the button and the drawer. */
  label: string;
  /** What the button shows. */
  trigger: ReactNode;
  children: ReactNode;
};

/**
 * A sheet from the right edge. The browser's own modal dialog: it traps the focus, closes with Escape and gives
 * the focus back, without a library. Closes when a link in it is followed.
 */
export function Drawer({ label, trigger, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  return (
    <>
      <button
        type="button"
        className={styles.trigger}
        aria-haspopup="dialog"
        aria-label={label}
        onClick={() => dialog.current?.showModal()}
      >
        {trigger}
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does for the keyboard what this does for a pointer */}
      <dialog
        ref={dialog}
        className={styles.drawer}
        aria-labelledby={titleId}
        onClick={(event) => {
          // The backdrop belongs to the dialog itself; a click on it has the dialog as its target.
          const { target, currentTarget } = event;
          if (target === currentTarget || (target instanceof Element && target.closest("a")))
            currentTarget.close();
        }}
      >
        <div className={styles.inside}>
          <div className={styles.top}>
            <p className={styles.title} id={titleId}>
              {label}
            </p>
            <form method="dialog">
              <button type="submit" className={styles.trigger} aria-label="Close">
                <svg
                  width="22"
                  height="22"
                  viewBox="0 0 24 24"
                  fill="none"
                  stroke="currentColor"
                  aria-hidden="true"
                >
                  <path d="M6 6l12 12M18 6 6 18" strokeWidth="2" strokeLinecap="round" />
                </svg>
              </button>
            </form>
          </div>
          {children}
        </div>
      </dialog>
    </>
  );
}
