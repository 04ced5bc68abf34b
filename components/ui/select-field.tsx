import { useId } from "react";
import styles from "./field.module.css";

export type SelectOption = { value: string; label: string };

type SelectFieldProps = {
  name: string;
  label: string;
  options: readonly SelectOption[];
  value: string;
};

/** The browser's own list, in our look: for filters that must work before and without script. */
export function SelectField({ name, label, options, value }: SelectFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.wrap}>
        {/* The key renews the list when the address changes under it; otherwise it would keep its own choice. */}
        <select className={styles.control} id={id} name={name} defaultValue={value} key={value}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
