import { useId } from "react";
import styles from "@/components/ui/field.module.css";
import type { SelectOption } from "@/components/ui/select-field";

/** The times of one day of the week. */
export type WeeklyTimeGroup = { readonly label: string; readonly options: readonly SelectOption[] };

type WeeklyTimeFieldProps = {
  name: string;
  label: string;
  groups: readonly WeeklyTimeGroup[];
  value: string;
};

/** A time of the week, in the browser's own list, by day. */
export function WeeklyTimeField({ name, label, groups, value }: WeeklyTimeFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.wrap}>
        <select className={styles.control} id={id} name={name} defaultValue={value} key={value}>
          {groups.map((group) => (
            <optgroup key={group.label} label={group.label}>
              {group.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </div>
    </div>
  );
}
