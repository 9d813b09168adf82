// SPDX-License-Identifier: Apache-2.0
// <ic-language>: the menu of languages at the foot of the page.

import { LANGUAGES, language, setLanguage, t } from "../i18n.js";
import { element } from "./element.js";

class LanguageMenu extends HTMLElement {
  connectedCallback() {
    const options = Object.entries(LANGUAGES).map(([value, name]) =>
      element("option", { value, lang: value }, name));
    const select = element("select", { className: "select" }, ...options);
    select.onchange = () => setLanguage(select.value, { store: true });
    const update = () => {
      select.value = language;
      select.ariaLabel = t("app.language");
    };
    document.addEventListener("languagechange", update);
    update();
    this.replaceChildren(select);
  }
}

customElements.define("ic-language", LanguageMenu);
