import type { Route } from "next";

/** The public pages in the order in which the header and the footer name them. */
export const publicPages: readonly { label: string; href: Route }[] = [
  { label: "Lessons", href: "/lessons" },
  { label: "Teachers", href: "/teachers" },
  { label: "Classes", href: "/classes" },
  { label: "Open times", href: "/timeslots" },
  { label: "Pricing", href: "/pricing" },
  { label: "Policies", href: "/policies" },
];
