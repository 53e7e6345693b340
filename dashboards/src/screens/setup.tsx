import { PASSWORD_LENGTH_MIN, type SessionView } from "@battant/hub/api/contract";
import { setUp } from "../client.ts";
import { useReader } from "../reader.ts";
import { credentialsOf, Form, NameField, PasswordField, Problem, useSend } from "./form.tsx";

/** The first account, made by whoever holds the link that the hub printed. */

type Props = { readonly token: string | null; readonly session: SessionView | undefined };

export const SetupScreen = ({ token, session }: Props) => {
  const { words } = useReader();
  const isDone = session?.setupOpen === false;
  const isCut = token === null || token === "";
  return (
    <Form title={words.setupTitle}>
      {isDone && (
        <p>
          {words.setupDone} <a href="/sign-in">{words.signIn}</a>
        </p>
      )}
      {!isDone && isCut && <p>{words.setupNoToken}</p>}
      {!isDone && !isCut && <SetupForm token={token} />}
    </Form>
  );
};

const SetupForm = ({ token }: { readonly token: string }) => {
  const { words } = useReader();
  const { form, problem, isSending, onSubmit } = useSend(async (typed) => {
    const answer = await setUp({ token, ...credentialsOf(typed) });
    if (!answer.ok) return answer.problem;
    location.replace("/");
    return undefined;
  });
  return (
    <>
      <p>{words.setupFor}</p>
      <form ref={form} onSubmit={onSubmit}>
        <NameField autoComplete="username" rule={words.nameRule} />
        <PasswordField autoComplete="new-password" rule={words.passwordRule(PASSWORD_LENGTH_MIN)} />
        <Problem problem={problem} />
        <button type="submit">{isSending ? words.sending : words.create}</button>
      </form>
    </>
  );
};
