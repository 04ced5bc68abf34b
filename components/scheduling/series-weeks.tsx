import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { PreviewWeek } from "@/lib/scheduling/series-preview";
import styles from "./series-weeks.module.css";

const states: Readonly<Record<PreviewWeek["state"], { readonly tone: Tone; readonly word: string }>> = {
  free: { tone: "good", word: "Free" },
  blocked: { tone: "bad", word: "Not free" },
  closed: { tone: "neutral", word: "Closed" },
  kept: { tone: "neutral", word: "Stays" },
};

type SeriesWeeksProps = {
  weeks: readonly PreviewWeek[];
  /** What the list is called. */
  label: string;
  /** Whether weeks that are not free ask for an answer; else they tell the one that was given. */
  isAsking: boolean;
};

/** The weeks of a series, one a row: free, closed, or not free, with the reasons and what to do instead. */
export function SeriesWeeks({ weeks, label, isAsking }: SeriesWeeksProps) {
  return (
    <ol className={styles.weeks} aria-label={label}>
      {weeks.map((week) => (
        <Week key={week.key} week={week} isAsking={isAsking} />
      ))}
    </ol>
  );
}

function Week({ week, isAsking }: { week: PreviewWeek; isAsking: boolean }) {
  const isAnswered = week.state === "blocked" && !isAsking;
  const { tone, word } = isAnswered ? ({ tone: "waiting", word: "Changed" } as const) : states[week.state];
  const chosen = week.choices.find(({ value }) => value === week.chosen);
  return (
    <li className={styles.week}>
      <div className={styles.head}>
        <span className={styles.when}>{week.when}</span>
        <StatusBadge tone={tone}>{word}</StatusBadge>
        {week.from && <span className={styles.from}>now {week.from}</span>}
      </div>
      {week.reasons.map((reason) => (
        <p key={reason} className={styles.reason}>
          {reason}
        </p>
      ))}
      {week.note && <p className={styles.reason}>{week.note}</p>}
      {isAnswered && chosen && (
        <p className={styles.answer}>
          {chosen.label}
          <input type="hidden" name={`answer:${week.key}`} value={chosen.value} />
        </p>
      )}
      {week.state === "blocked" && isAsking && (
        <fieldset className={styles.question}>
          <legend className={styles.legend}>Instead of {week.when}</legend>
          <div className={styles.choices}>
            {week.choices.map((choice) => (
              <label key={choice.value} className={styles.choice}>
                <input
                  type="radio"
                  name={`answer:${week.key}`}
                  value={choice.value}
                  defaultChecked={choice.value === week.chosen}
                />
                <span>
                  <span className={styles.choiceLabel}>{choice.label}</span>
                  <span className={styles.choiceReason}>{choice.reason}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </li>
  );
}
