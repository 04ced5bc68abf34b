import styles from "./enroll.module.css";

const steps = ["Student", "Teacher and time", "Account", "Review and pay"] as const;

/** Where the visitor is in the enrollment. */
export function Progress({ current }: { current: (typeof steps)[number] }) {
  const place = steps.indexOf(current);
  return (
    <ol className={styles.progress} aria-label="Steps of the enrollment">
      {steps.map((step, index) => (
        <li
          key={step}
          data-state={index < place ? "done" : index === place ? "current" : "ahead"}
          aria-current={index === place ? "step" : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  );
}
