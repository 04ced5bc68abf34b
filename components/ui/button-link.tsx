import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "./button-style";

type ButtonLinkProps = {
  href: Route;
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
  wide?: boolean;
  /** Read instead of the text where the text alone does not say where the link goes. */
  label?: string;
};

/** A link that looks like a button: for going somewhere. For doing something use SubmitButton. */
export function ButtonLink({
  href,
  children,
  variant = "primary",
  size = "regular",
  wide = false,
  label,
}: ButtonLinkProps) {
  return (
    <Link href={href} className={buttonClass(variant, size, wide)} aria-label={label}>
      {children}
    </Link>
  );
}
