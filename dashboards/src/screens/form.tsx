import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX, type ProblemView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { BadIcon } from "./icons.tsx";

/** The parts that forms share. */

type FormProps = { readonly title: string; readonly children: ComponentChildren };

export const Form = ({ title, children }: FormProps) => {
  useTitle(title);
  return (
    <section class="form" aria-labelledby="form-title">
      <h1 id="form-title">{title}</h1>
      {children}
    </section>
  );
};

/** Read out as soon as it appears. */
export const Problem = ({ problem }: { readonly problem: ProblemView | undefined }) => {
  const { say } = useReader();
  return (
    <div role="alert">
      {problem !== undefined && (
        <p class="fact bad">
          <BadIcon />
          <span>{say(problem.message)}</span>
        </p>
      )}
    </div>
  );
};

type RowProps = {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly rule?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A field's name and rule above what is filled in, which is `describedBy` the rule. */
export const Row = ({ id, label, rule, children }: RowProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    {rule !== undefined && <p id={`${id}-rule`}>{rule}</p>}
    {children}
  </div>
);

export const describedBy = (id: string, rule: ComponentChildren): string | undefined =>
  rule === undefined ? undefined : `${id}-rule`;

type InputProps = {
  readonly label: string;
  readonly name: string;
  readonly rule?: string;
  readonly required?: boolean;
  readonly maxLength: number;
  readonly defaultValue?: string;
};

/** One line of text. */
export const Field = ({ label, rule, ...input }: InputProps) => {
  const id = useId();
  return (
    <Row id={id} label={label} rule={rule}>
      <input id={id} autoComplete="off" {...input} aria-describedby={describedBy(id, rule)} />
    </Row>
  );
};

type SelectProps = {
  readonly label: string;
  readonly name: string;
  readonly rule?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly chosen?: string;
  readonly onChoose?: (value: string) => void;
};

export const Select = ({ label, name, rule, options, chosen, onChoose }: SelectProps) => {
  const id = useId();
  return (
    <Row id={id} label={label} rule={rule}>
      <select
        id={id}
        name={name}
        onChange={(event) => onChoose?.(event.currentTarget.value)}
        aria-describedby={describedBy(id, rule)}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </Row>
  );
};

/** What was typed into a field, without the blanks around it. */
export const fieldOf = (typed: FormData, name: string): string => secretOf(typed, name).trim();

type FieldProps = { readonly rule?: ComponentChildren; readonly autoComplete: string };

export const NameField = ({ rule, autoComplete }: FieldProps) => {
  const { words } = useReader();
  return (
    <Row id="name" label={words.name} rule={rule}>
      <input
        id="name"
        name="name"
        required
        maxLength={NAME_LENGTH_MAX}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellcheck={false}
        aria-describedby={describedBy("name", rule)}
      />
    </Row>
  );
};

export const PasswordField = ({ rule, autoComplete }: FieldProps) => {
  const { words } = useReader();
  return (
    <SecretField
      id="password"
      name="password"
      label={words.password}
      rule={rule}
      required
      maxLength={PASSWORD_LENGTH_MAX}
      autoComplete={autoComplete}
    />
  );
};

type SecretProps = FieldProps & {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  readonly maxLength: number;
};

/** Seeing what one types spares typing it twice. */
export const SecretField = ({ label, rule, ...input }: SecretProps) => {
  const { words } = useReader();
  const [isShown, setIsShown] = useState(false);
  return (
    <Row id={input.id} label={label} rule={rule}>
      <input
        {...input}
        {...(isShown ? { type: "text" } : { type: "password" })}
        aria-describedby={describedBy(input.id, rule)}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setIsShown(event.currentTarget.checked)}
        />
        {words.showPassword}
      </label>
    </Row>
  );
};

/** A password is what was typed, blanks included. */
export const secretOf = (typed: FormData, name: string): string => {
  const value = typed.get(name);
  return typeof value === "string" ? value : "";
};

export type Credentials = { readonly name: string; readonly password: string };

export const credentialsOf = (typed: FormData): Credentials => ({
  name: fieldOf(typed, "name"),
  password: secretOf(typed, "password"),
});

/** What was typed goes to `send`, once at a time; it answers with a problem if there is one. */
export const useSend = (send: (typed: FormData) => Promise<ProblemView | undefined>) => {
  const [problem, setProblem] = useState<ProblemView>();
  const [isSending, setIsSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (): Promise<void> => {
    if (form.current === null || isSending) return;
    setIsSending(true);
    setProblem(undefined);
    setProblem(await send(new FormData(form.current)));
    setIsSending(false);
  };

  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void submit();
  };
  return { form, problem, isSending, onSubmit };
};
