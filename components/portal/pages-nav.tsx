import type { Route } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button-style";
import styles from "./pages-nav.module.css";

type PagesNavProps = {
  /** "Enrollments, pages" */
  label: string;
  page: number;
  pageSize: number;
  total: number;
  /** The address of a page. */
  href: (page: number) => string;
};

/** Where one is in a long list, and the ways to the pages beside it. */
export function PagesNav({ label, page, pageSize, total, href }: PagesNavProps) {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const from = (page - 1) * pageSize + 1;
  const to = Math.min(total, page * pageSize);
  const count = (value: number) => value.toLocaleString("en-US");
  return (
    <div className={styles.bar}>
      <p className={styles.where}>
        {total === 0 ? "None" : `${count(from)} – ${count(to)} of ${count(total)}`}
      </p>
      {pages > 1 && (
        <nav aria-label={label} className={styles.ways}>
          {page > 1 && (
            <Link
              href={href(page - 1) as Route}
              rel="prev"
              className={buttonClass("secondary", "small", false)}
            >
              Previous page
            </Link>
          )}
          {page < pages && (
            <Link
              href={href(page + 1) as Route}
              rel="next"
              className={buttonClass("secondary", "small", false)}
            >
              Next page
            </Link>
          )}
        </nav>
      )}
    </div>
  );
}
