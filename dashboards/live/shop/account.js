import { element, refill } from '../dom.js';

/** Who is in the shop: logs in by name alone, since this is a demo, and out. `onProblem` is told what went wrong. */
export function createAccount(place, visitor, onProblem) {
  let isAsking = false;

  const anonymous = () => [
    element('span', { class: 'who' }, 'Visitor ', element('code', {}, visitor.ids().anonymous_id.slice(0, 8))),
    element('button', { class: 'quiet', 'data-key': 'log-in', onclick: () => show(true) }, 'Log in'),
  ];
  const form = () => {
    const name = element('input', {
      ...{
        id: 'name',
        name: 'name',
        value: 'Ada',
        required: true,
        maxlength: 40,
        autocomplete: 'off',
        'data-key': 'log-in',
      },
    });
    const submit = async (event) => {
      event.preventDefault();
      await visitor.logIn(name.value).then(() => show(false), onProblem);
    };
    const cancel = element('button', { type: 'button', class: 'quiet', onclick: () => show(false) }, 'Cancel');
    return [
      element(
        'form',
        { onsubmit: submit, onkeydown: ({ key }) => key === 'Escape' && show(false) },
        element('label', { for: 'name' }, 'Name'),
        name,
        element('button', { type: 'submit' }, 'Log in'),
        cancel,
      ),
    ];
  };
  const known = () => [
    element('span', { class: 'who' }, visitor.name() ?? '', ' ', element('code', {}, visitor.ids().user_id)),
    element('button', { class: 'quiet', 'data-key': 'log-in', onclick: () => visitor.logOut() }, 'Log out'),
  ];
  const show = (asks = isAsking) => {
    isAsking = asks;
    const isKnown = visitor.ids().user_id !== undefined;
    refill(place, ...(isKnown ? known() : isAsking ? form() : anonymous()));
    if (isAsking && !isKnown) place.querySelector('input')?.select();
  };
  return { show: () => show(false) };
}
