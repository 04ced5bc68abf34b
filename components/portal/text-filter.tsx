import styles from "./list-filters.module.css";

type TextFilterProps = { name: string; label: string; hint: string; value: string };

/** A word that a list is filtered by, beside the lists to choose from. */
export function TextFilter({ name, label, hint, value }: TextFilterProps) {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={name}>
        {label}
      </label>
      <input
        id={name}
        name={name}
        key={value}
        defaultValue={value}
        placeholder={hint}
        maxLength={120}
        autoComplete="off"
        className={styles.input}
      />
    </div>
  );
}
