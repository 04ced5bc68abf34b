"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

type ActiveLinkProps = {
  href: Route;
  children: ReactNode;
  className?: string | undefined;
  /** Current on this very page only, not on the pages below it. */
  exact?: boolean;
};

/** A link that knows when its page is the current one (`aria-current="page"`). */
export function ActiveLink({ href, children, className, exact = false }: ActiveLinkProps) {
  const pathname = usePathname();
  const here = pathname === href || (!exact && pathname.startsWith(`${href}/`));
  return (
    <Link href={href} className={className} aria-current={here ? "page" : undefined}>
      {children}
    </Link>
  );
}
