"use client";

import { buttonClass } from "@/components/ui/button-style";

/** Opens the browser's own print window, which also saves a PDF. */
export function PrintButton({ children }: { children: string }) {
  return (
    <button type="button" className={buttonClass("primary", "regular", false)} onClick={() => window.print()}>
      {children}
    </button>
  );
}
