"use client";

import dynamic from "next/dynamic";
import styles from "./calendar-grid.module.css";

/**
 * The drawn calendar is fetched by the pages that show one and is drawn in the browser alone: the library asks the
 * device for its date, which the server cannot know. The list beside it says the same without any script.
 */
export const CalendarGridLoader = dynamic(
  () => import("./calendar-grid").then((found) => found.CalendarGrid),
  { ssr: false, loading: () => <div className={styles.waiting} aria-hidden="true" /> },
);
