import { useEffect, useRef, useState } from "preact/hooks";
import type { ProblemView } from "@battant/hub/api/contract";
import type { LinkView } from "@battant/hub/api/light";
import type { Answer } from "../client.ts";
import { drawingOf, readLink, renewLink } from "../light/client.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { Field, fieldOf, Problem } from "../screens/form.tsx";
import { ON_SIGN, SIGN_WORDS } from "./words.ts";

/** `/sign/ZONE`: the sign that hangs in a zone, to be printed; and another code when one is misused. */

const zone = decodeURIComponent(location.pathname.split("/")[2] ?? "");

export const Screen = () => {
  const { words: common, language } = useReader();
  const words = SIGN_WORDS[language];
  // Never from the page's own address: whoever sends a link here must not choose where the code leads.
  const [address, setAddress] = useState("");
  const [link, setLink] = useState<LinkView>();
  const [problem, setProblem] = useState<ProblemView>();
  const [said, setSaid] = useState("");
  const hear = (answer: Answer<LinkView>): void => {
    if (answer.ok) setLink(answer.value);
    setProblem(answer.ok ? undefined : answer.problem);
  };

  useEffect(() => void readLink(zone, address).then(hear), [address]);
  useTitle(link === undefined ? undefined : words.title(link.name));

  const renew = async (): Promise<void> => {
    const answer = await renewLink(zone, address);
    hear(answer);
    setSaid(answer.ok ? words.renewed : "");
  };

  return (
    <div class="workshop sign-page">
      <div class="screen-only">
        <h1>{words.title(link?.name ?? zone)}</h1>
        <p>{words.means}</p>
        <div aria-live="polite">{said !== "" && <Fact good>{said}</Fact>}</div>
        <Problem problem={problem} />
        {link === undefined && problem === undefined && <p>{common.loading}</p>}
      </div>
      {link !== undefined && (
        <>
          {isOnlyHere(link.address) && <p class="note screen-only">{words.onlyHere}</p>}
          <div class="screen-only actions">
            <button type="button" onClick={() => window.print()}>
              {words.print}
            </button>
            <a href={drawingOf(zone, address)} download={`${zone}.svg`}>
              {words.saveCode}
            </a>
          </div>
          <Sign link={link} address={address} />
          <AddressForm key={link.addresses.join()} link={link} onAddress={setAddress} />
          <Renewal onRenew={renew} />
        </>
      )}
    </div>
  );
};

const isOnlyHere = (address: string): boolean => /^https?:\/\/(127\.|localhost\b)/.test(address);

type SignProps = { readonly link: LinkView; readonly address: string };

/** Always French and English, and always dark on light: it is paper. */
const Sign = ({ link, address }: SignProps) => {
  const { fr, en } = ON_SIGN;
  return (
    <article class="sign" lang="fr" aria-label={link.name}>
      <p class="sign-zone">{link.name}</p>
      <p class="sign-title">{fr.title}</p>
      {/* Another code has another address: the picture is asked for again. */}
      <img src={drawingOf(zone, address)} key={link.address} alt={`QR : ${link.address}`} />
      <p class="sign-how">{fr.how}</p>
      <p class="sign-wall">{fr.wall}</p>
      <div lang="en">
        <p>
          <b>{en.title}</b> {en.how} <b>{en.wall}</b>
        </p>
      </div>
      <p class="sign-small">
        {fr.wifi} <span lang="en">{en.wifi}</span>
        <br />
        {link.address}
      </p>
    </article>
  );
};

type AddressProps = {
  readonly link: LinkView;
  readonly onAddress: (address: string) => void;
};

const AddressForm = ({ link, onAddress }: AddressProps) => {
  const { language } = useReader();
  const words = SIGN_WORDS[language];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement);
    onAddress(fieldOf(typed, "address"));
  };
  return (
    <form class="screen-only" onSubmit={submit}>
      <Field
        label={words.address}
        name="address"
        rule={words.addressRule}
        maxLength={100}
        defaultValue={new URL(link.address).host}
      />
      <div>
        <button>{words.useAddress}</button>
      </div>
    </form>
  );
};

const Renewal = ({ onRenew }: { readonly onRenew: () => Promise<void> }) => {
  const { language } = useReader();
  const words = SIGN_WORDS[language];
  const dialog = useRef<HTMLDialogElement>(null);
  const renew = (): void => {
    dialog.current?.close();
    void onRenew();
  };
  return (
    <div class="screen-only">
      <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
        {words.renew}
      </button>
      <dialog ref={dialog} aria-labelledby="renew-title">
        <h2 id="renew-title">{words.renewTitle}</h2>
        <p>{words.renewMeans}</p>
        <div class="actions">
          <button type="button" class="grave" onClick={renew}>
            {words.renewNow}
          </button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
        </div>
      </dialog>
    </div>
  );
};
