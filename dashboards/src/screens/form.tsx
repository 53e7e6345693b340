import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX, type ProblemView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { BadIcon } from "./icons.tsx";

/** The parts that signing in and setting up share. */

type FormProps = { readonly title: string; readonly children: ComponentChildren };

export const Form = ({ title, children }: FormProps) => {
  useEffect(() => {
    document.title = `${title} · Battant`;
  }, [title]);
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

type FieldProps = { readonly rule?: ComponentChildren; readonly autoComplete: string };

export const NameField = ({ rule, autoComplete }: FieldProps) => {
  const { words } = useReader();
  return (
    <div class="field">
      <label for="name">{words.name}</label>
      {rule !== undefined && <p id="name-rule">{rule}</p>}
      <input
        id="name"
        name="name"
        required
        maxLength={NAME_LENGTH_MAX}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellcheck={false}
        aria-describedby={rule === undefined ? undefined : "name-rule"}
      />
    </div>
  );
};

/** Seeing what one types spares typing it twice. */
export const PasswordField = ({ rule, autoComplete }: FieldProps) => {
  const { words } = useReader();
  const [isShown, setIsShown] = useState(false);
  return (
    <div class="field">
      <label for="password">{words.password}</label>
      {rule !== undefined && <p id="password-rule">{rule}</p>}
      <input
        id="password"
        name="password"
        {...(isShown ? { type: "text" } : { type: "password" })}
        required
        maxLength={PASSWORD_LENGTH_MAX}
        autoComplete={autoComplete}
        aria-describedby={rule === undefined ? undefined : "password-rule"}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setIsShown(event.currentTarget.checked)}
        />
        {words.showPassword}
      </label>
    </div>
  );
};

export type Credentials = { readonly name: string; readonly password: string };

/** What was typed goes to `send`; what comes back is a problem, or the building's page. */
export const useSend = (send: (typed: Credentials) => Promise<ProblemView | undefined>) => {
  const [problem, setProblem] = useState<ProblemView>();
  const [isSending, setIsSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (): Promise<void> => {
    if (form.current === null || isSending) return;
    const typed = new FormData(form.current);
    const field = (name: string): string => {
      const value = typed.get(name);
      return typeof value === "string" ? value : "";
    };
    setIsSending(true);
    setProblem(undefined);
    const answer = await send({ name: field("name").trim(), password: field("password") });
    if (answer === undefined) return location.replace("/");
    setIsSending(false);
    setProblem(answer);
  };

  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void submit();
  };
  return { form, problem, isSending, onSubmit };
};
