import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import styles from "./sign-in-card.module.css";

type SignInCardProps = {
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Ways elsewhere, below the card. */
  footer?: ReactNode;
};

/** The one card that a sign-in page is about, with the page's only h1. */
export function SignInCard({ title, description, children, footer }: SignInCardProps) {
  return (
    <>
      <Card raised>
        <div className={styles.inside}>
          <div className={styles.head}>
            <h1 className={styles.title}>{title}</h1>
            {description && <p className={styles.description}>{description}</p>}
          </div>
          {children}
        </div>
      </Card>
      {footer && <div className={styles.footer}>{footer}</div>}
    </>
  );
}
