import type { ReactNode } from "react";
import styles from "./card.module.css";

type CardProps = {
  children: ReactNode;
  title?: ReactNode;
  /** Level of the title's heading; 2 unless the card stands below another heading. */
  level?: 2 | 3 | 4;
  description?: ReactNode;
  actions?: ReactNode;
  /** Lifted off the page: for the one card a page is about. */
  raised?: boolean;
  /** No inner space: for tables and lists that reach the edge. Without a title. */
  flush?: boolean;
  id?: string;
};

/** A surface that holds one thing. */
export function Card({
  children,
  title,
  level = 2,
  description,
  actions,
  raised = false,
  flush = false,
  id,
}: CardProps) {
  const className = [styles.card, raised && styles.raised, flush && styles.flush].filter(Boolean).join(" ");
  const Heading = `h${level}` as const;
  return (
    <div className={className} id={id}>
      {(title || actions) && (
        <div className={styles.head}>
          <div>
            {title && <Heading className={styles.heading}>{title}</Heading>}
            {description && <p className={styles.description}>{description}</p>}
          </div>
          {actions}
        </div>
      )}
      {children}
    </div>
  );
}

type SectionProps = {
  title: string;
  children: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  id?: string;
  /** A line above, between the parts of a long page. */
  ruled?: boolean;
};

/** A named part of a page, with a heading of level 2. */
export function Section({ title, children, description, actions, id, ruled = false }: SectionProps) {
  return (
    <section
      className={[styles.section, ruled && styles.ruled].filter(Boolean).join(" ")}
      id={id}
      aria-label={title}
    >
      <div className={styles.head}>
        <div>
          <h2 className={styles.sectionHeading}>{title}</h2>
          {description && <p className={styles.description}>{description}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
