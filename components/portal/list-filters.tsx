import type { Route } from "next";
import Form from "next/form";
import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button-style";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import styles from "./list-filters.module.css";

type ListFiltersProps = {
  /** The list's own page; the filters go into its address. */
  action: string;
  /** What is searched for: "Student, family, teacher or number". Without it there is no search field. */
  searchLabel?: string;
  search?: string;
  selects?: readonly { name: string; label: string; options: readonly SelectOption[]; value: string }[];
  /** How the list can be sorted: on a phone there are no column headings to press. */
  sorts?: { readonly value: string; readonly options: readonly SelectOption[] };
  /** More fields: a date, a teacher. */
  children?: ReactNode;
  /** Whether something is set; then the way back to the whole list is shown. */
  isFiltered: boolean;
};

/** The search and the filters of a list: a form that works before and without script and leads to an address. */
export function ListFilters({
  action,
  searchLabel,
  search = "",
  selects = [],
  sorts,
  children,
  isFiltered,
}: ListFiltersProps) {
  return (
    <Form action={action as Route} className={styles.form} role="search">
      {searchLabel && (
        <div className={styles.search}>
          <label className={styles.label} htmlFor="q">
            Search
          </label>
          <input
            id="q"
            name="q"
            type="search"
            key={search}
            defaultValue={search}
            placeholder={searchLabel}
            maxLength={120}
            autoComplete="off"
            className={styles.input}
          />
        </div>
      )}
      {selects.map((select) => (
        <div className={styles.select} key={select.name}>
          <SelectField {...select} />
        </div>
      ))}
      {children}
      {sorts && (
        <div className={styles.phoneOnly}>
          <SelectField name="sort" label="Sort by" options={sorts.options} value={sorts.value} />
        </div>
      )}
      <div className={styles.buttons}>
        <button type="submit" className={buttonClass("tinted", "regular", false)}>
          {searchLabel ? "Search" : "Show"}
        </button>
        {isFiltered && (
          <Link href={action as Route} className={buttonClass("quiet", "regular", false)}>
            Show all
          </Link>
        )}
      </div>
    </Form>
  );
}
