import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { type SeriesTime, seriesWords } from "@/lib/scheduling/series-rules";
import styles from "./series-links.module.css";

type SeriesLinksProps = {
  lessonId: string;
  /** The weekly lessons of which it is one. */
  series: SeriesTime;
};

/** From one lesson of a family to its whole series: moving it and the following, or all that are to come. */
export function SeriesLinks({ lessonId, series }: SeriesLinksProps) {
  const href = (scope: "following" | "all") =>
    `/family/lessons/${lessonId}/move-series?scope=${scope}` as Route;
  return (
    <div className={styles.series}>
      <p>One of the weekly lessons: {seriesWords(series)}.</p>
      <div className={styles.links}>
        <ButtonLink href={href("following")} variant="secondary" size="small">
          Move this and the following
        </ButtonLink>
        <ButtonLink href={href("all")} variant="secondary" size="small">
          Move all coming lessons
        </ButtonLink>
      </div>
    </div>
  );
}
