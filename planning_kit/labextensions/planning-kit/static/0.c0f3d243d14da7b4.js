"use strict";(self.rspackChunkplanning_kit=self.rspackChunkplanning_kit||[]).push([[0],{19(e,t,o){var p=o(20),r=o.n(p),n=o(21),a=(o.n(n))()(r());a.push([e.id,`/* The workbook's own colours; everything else is the theme's. Widgets may use the --pk-* names too. */
body {
  --pk-accent: #0b6772;
  --pk-accent-strong: #084f58;
  --pk-accent-tint: #e6f1f2;
  --pk-on-accent: #fff;
  --pk-done: #2b7a3d;
  --pk-progress: #3457a6;
  --pk-blocked: #b3261e;
  --pk-idle: #5f6b70;
  --pk-thread: #c9d5d8;
  --jp-sidebar-min-width: 276px;
}

body[data-jp-theme-light='false'] {
  --pk-accent: #6fc7d1;
  --pk-accent-strong: #98dbe2;
  --pk-accent-tint: #1d3438;
  --pk-on-accent: #06262a;
  --pk-done: #7fcf8f;
  --pk-progress: #9db8f5;
  --pk-blocked: #ff9d94;
  --pk-idle: #a3b0b5;
  --pk-thread: #3b4a4f;
}

.pk-icon-accent {
  fill: var(--pk-accent);
}

.pk-icon-number {
  fill: var(--pk-on-accent);
}

/* Plan panel */

.pk-Plan {
  display: flex;
  flex-direction: column;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  font-size: 13px;
  line-height: 1.4;
}

.pk-Plan ol,
.pk-Plan ul {
  margin: 0;
  padding: 0;
  list-style: none;
}

.pk-Plan-header {
  flex: none;
  padding: 20px 20px 14px;
}

.pk-Plan-header > * {
  margin: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}

.pk-Plan-eyebrow {
  color: var(--pk-accent);
  font-size: 11px;
  font-weight: 600;
  letter-spacing: 0.06em;
  text-transform: uppercase;
}

.pk-Plan-title {
  display: -webkit-box;
  margin-top: 4px;
  font-size: 19px;
  font-weight: 600;
  line-height: 1.25;
  letter-spacing: -0.01em;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.pk-Plan-under {
  min-height: 1.4em;
  margin-top: 3px;
  color: var(--jp-ui-font-color2);
  white-space: nowrap;
}

.pk-Plan-body {
  flex: 1;
  min-height: 0;
  overflow-y: auto;
}

.pk-Plan-steps {
  padding: 0 8px;
}

.pk-Plan-item {
  --pk-light: var(--pk-idle);

  position: relative;
}

.pk-Plan-item[data-light='done'] {
  --pk-light: var(--pk-done);
}

.pk-Plan-item[data-light='in progress'] {
  --pk-light: var(--pk-progress);
}

.pk-Plan-item[data-light='blocked'] {
  --pk-light: var(--pk-blocked);
}

/* The thread that ties the two ends of the plan together. */
.pk-Plan-item:not(:last-child)::before {
  position: absolute;
  top: 20px;
  bottom: -20px;
  left: 23px;
  width: 2px;
  background: var(--pk-thread);
  content: '';
}

.pk-Step {
  position: relative;
  display: flex;
  gap: 11px;
  align-items: center;
  width: 100%;
  min-height: 40px;
  padding: 6px 12px 6px 10px;
  border: 0;
  border-radius: 8px;
  color: inherit;
  background: none;
  font: inherit;
  text-align: left;
  cursor: pointer;
}

.pk-Step:hover {
  background: var(--jp-layout-color2);
}

.pk-Step[aria-current] {
  background: var(--pk-accent-tint);
}

.pk-Step:focus-visible,
.pk-Button:focus-visible,
.pk-Report:focus-visible {
  outline: 2px solid var(--pk-accent);
  outline-offset: -2px;
}

.pk-Step-disc {
  flex: none;
  width: 24px;
  height: 24px;
  border: 2px solid var(--pk-thread);
  border-radius: 50%;
  background: var(--jp-layout-color1);
  font-size: 12px;
  font-weight: 600;
  line-height: 24px;
  text-align: center;
}

.pk-Plan-item[data-light='done'] .pk-Step-disc {
  border-color: var(--pk-done);
}

.pk-Step[aria-current] .pk-Step-disc {
  border-color: var(--pk-accent);
  color: var(--pk-on-accent);
  background: var(--pk-accent);
}

.pk-Step-title {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  font-size: 14px;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.pk-Step[aria-current] .pk-Step-title {
  font-weight: 600;
}

.pk-Step-light {
  flex: none;
  color: var(--pk-light);
  font-size: 12px;
}

.pk-Step-light.pk-mod-opening {
  color: var(--pk-accent);
}

.pk-Step-symbol {
  display: inline-block;
  width: 1.2em;
  margin-right: 2px;
  font-size: 13px;
  text-align: center;
}

.pk-Step-blockers {
  position: relative;
  margin: 2px 10px 8px 45px !important;
  color: var(--jp-ui-font-color1);
  font-size: 12px;
}

.pk-Step-blockers li {
  display: -webkit-box;
  margin: 3px 0;
  padding-left: 8px;
  border-left: 2px solid var(--pk-blocked);
  overflow: hidden;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.pk-Step-blockers .pk-mod-more {
  border-color: transparent;
  color: var(--jp-ui-font-color2);
}

.pk-Plan-heading {
  margin: 18px 20px 4px;
  color: var(--jp-ui-font-color2);
  font-size: 11px;
  font-weight: 600;
  letter-spacing: 0.06em;
  text-transform: uppercase;
}

.pk-Plan-reports {
  padding-bottom: 12px;
}

.pk-Report {
  display: flex;
  gap: 8px;
  padding: 5px 20px;
  color: inherit;
}

.pk-Report:hover {
  color: var(--pk-accent);
  text-decoration: underline;
}

.pk-Report-name {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.pk-Report time {
  flex: none;
  color: var(--jp-ui-font-color2);
}

.pk-Plan-footer {
  display: flex;
  flex: none;
  gap: 8px;
  padding: 12px 20px 16px;
  border-top: 1px solid var(--jp-border-color2);
}

.pk-Button {
  flex: 1;
  min-height: 34px;
  padding: 0 14px;
  border: 1px solid var(--jp-border-color1);
  border-radius: 8px;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  font: 500 13px var(--jp-ui-font-family);
  cursor: pointer;
}

.pk-Button:hover:enabled {
  border-color: var(--pk-accent);
}

.pk-Button.pk-mod-primary {
  border-color: var(--pk-accent);
  color: var(--pk-on-accent);
  background: var(--pk-accent);
}

.pk-Button.pk-mod-primary:hover:enabled {
  border-color: var(--pk-accent-strong);
  background: var(--pk-accent-strong);
}

.pk-Button:disabled {
  opacity: 0.45;
  cursor: default;
}

/* The line above a guided notebook */

.pk-Notice {
  display: flex;
  gap: 14px;
  align-items: center;
  min-height: 3px;
  padding: 0 36px;
  background: var(--jp-layout-color0);
}

.pk-Notice[data-phase='stopped'] {
  min-height: 56px;
  border-bottom: 1px solid var(--jp-border-color2);
  border-left: 4px solid var(--pk-blocked);
  color: var(--jp-ui-font-color1);
  font-size: 15px;
}

.pk-Notice progress {
  position: absolute;
  top: 0;
  left: 0;
  width: 100%;
  height: 3px;
  border: 0;
  appearance: none;
  background: var(--pk-accent-tint);
  accent-color: var(--pk-accent);
}

.pk-Notice progress::-webkit-progress-bar {
  background: var(--pk-accent-tint);
}

.pk-Notice progress::-webkit-progress-value,
.pk-Notice progress::-moz-progress-bar {
  background: var(--pk-accent);
  transition: width 0.2s;
}

.pk-Notice[data-phase='opening'] .pk-Button,
.pk-Notice[data-phase='stopped'] progress {
  display: none;
}

.pk-Notice .pk-Button {
  flex: none;
}

/* In the padding of the first cell, so that nothing moves when the step is open. */
.pk-Guided.pk-mod-opening .jp-Notebook .jp-Cell:first-child::before {
  position: absolute;
  top: 2px;
  color: var(--pk-accent);
  font: 12px var(--jp-ui-font-family);
  content: 'Opening step…';
}

/* A guided notebook while the code is hidden */

.pk-Guided:not(.pk-mod-code) {
  --jp-content-font-size1: 15px;
  --jp-content-line-height: 1.6;
  --jp-cell-padding: 0;
  --jp-brand-color0: var(--pk-accent-strong);
  --jp-brand-color1: var(--pk-accent);
  --jp-brand-color2: var(--pk-accent);
  --jp-brand-color3: var(--pk-accent-tint);
}

.pk-Guided:not(.pk-mod-code) :is(
  .jp-CodeCell .jp-Cell-inputWrapper,
  .jp-Cell .jp-InputPrompt,
  .jp-Cell .jp-OutputPrompt,
  .jp-OutputArea-promptOverlay,
  .jp-Collapser,
  .jp-InputPlaceholder,
  .jp-OutputPlaceholder,
  .jp-cell-toolbar,
  .jp-CellHeader,
  .jp-CellFooter,
  .jp-Notebook-footer,
  .jp-collapseHeadingButton,
  .jp-InternalAnchorLink,
  .jp-OutputArea-child:has(> [data-mime-type='application/vnd.jupyter.error']),
  .jp-OutputArea-child:has(> [data-mime-type='application/vnd.jupyter.stderr'])
) {
  display: none !important;
}

.pk-Guided:not(.pk-mod-code) .jp-Notebook {
  padding: 0;
  background: var(--jp-layout-color0);
}

.pk-Guided:not(.pk-mod-code) .jp-Notebook .jp-Cell {
  box-sizing: border-box;
  width: 100%;
  max-width: 1500px;
  margin: 0 auto;
  padding: 0 40px;
  border: 0;
  outline: none !important;
  box-shadow: none !important;
  background: none;
}

/* Lab guesses the height of parts that are out of sight; where a guess is wrong, a page with one of them at its edge
 * moves up and down without end. */
.pk-Guided .jp-Notebook .jp-Cell {
  content-visibility: visible !important;
  contain: style !important;
}

.pk-Guided:not(.pk-mod-code) .jp-Notebook .jp-Cell:first-child {
  padding-top: 24px;
}

.pk-Guided:not(.pk-mod-code) .jp-Notebook .jp-Cell:last-child {
  padding-bottom: 72px;
}

.pk-Guided:not(.pk-mod-code) .jp-CodeCell .jp-OutputArea-child {
  padding: 8px 0;
}

.pk-Guided:not(.pk-mod-code) .jp-OutputArea-output {
  padding: 0;
  overflow-x: auto;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput {
  padding: 0 4px;
  border: 0 !important;
  text-wrap: pretty;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput :is(p, ul, ol, blockquote) {
  max-width: 76ch;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput :is(h1, h2, h3, h4) {
  border: 0;
  font-weight: 600;
  letter-spacing: -0.01em;
  text-wrap: balance;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput h1 {
  margin: 0 0 10px;
  font-size: 30px;
  line-height: 1.2;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput h2 {
  margin: 36px 0 8px;
  font-size: 21px;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput h3 {
  margin: 24px 0 6px;
  font-size: 16px;
}

.pk-Guided:not(.pk-mod-code) .jp-MarkdownOutput a {
  color: var(--pk-accent);
}

/* The tab of a step wears its title (a label of its own would rename the file). */
.lm-DockPanel-tabBar .lm-TabBar-tab[data-step] {
  --jp-brand-color1: var(--pk-accent);
}

.lm-DockPanel-tabBar .lm-TabBar-tab[data-step] .lm-TabBar-tabLabel {
  display: none;
}

.lm-DockPanel-tabBar .lm-TabBar-tab[data-step]::after {
  position: static;
  flex: 1;
  order: 1;
  width: auto;
  border: 0;
  content: attr(data-step);
}

.lm-DockPanel-tabBar .lm-TabBar-tab[data-step] .lm-TabBar-tabCloseIcon {
  order: 2;
}

/* Lab around it, a little quieter */
#jp-main-dock-panel {
  background: var(--jp-layout-color2);
}
`,""]),o.d(t,{},{A:a})},21(e){e.exports=function(e){var t=[];return t.toString=function(){return this.map(function(t){var o="",p=void 0!==t[5];return t[4]&&(o+="@supports (".concat(t[4],") {")),t[2]&&(o+="@media ".concat(t[2]," {")),p&&(o+="@layer".concat(t[5].length>0?" ".concat(t[5]):""," {")),o+=e(t),p&&(o+="}"),t[2]&&(o+="}"),t[4]&&(o+="}"),o}).join("")},t.i=function(e,o,p,r,n){"string"==typeof e&&(e=[[null,e,void 0]]);var a={};if(p)for(var i=0;i<this.length;i++){var l=this[i][0];null!=l&&(a[l]=!0)}for(var d=0;d<e.length;d++){var c=[].concat(e[d]);p&&a[c[0]]||(void 0!==n&&(void 0===c[5]||(c[1]="@layer".concat(c[5].length>0?" ".concat(c[5]):""," {").concat(c[1],"}")),c[5]=n),o&&(c[2]&&(c[1]="@media ".concat(c[2]," {").concat(c[1],"}")),c[2]=o),r&&(c[4]?(c[1]="@supports (".concat(c[4],") {").concat(c[1],"}"),c[4]=r):c[4]="".concat(r)),t.push(c))}},t}},20(e){e.exports=function(e){return e[1]}},12(e,t,o){o.r(t);var p=o(13),r=o.n(p),n=o(14),a=o.n(n),i=o(15),l=o.n(i),d=o(16),c=o.n(d),s=o(17),k=o.n(s),u=o(18),h=o.n(u),f=o(19),b={};b.styleTagTransform=h(),b.setAttributes=c(),b.insert=l().bind(null,"head"),b.domAPI=a(),b.insertStyleElement=k(),r()(f.A,b);let g=f.A&&f.A.locals?f.A.locals:void 0;o.d(t,{},{default:g})},13(e){var t=[];function o(e){for(var o=-1,p=0;p<t.length;p++)if(t[p].identifier===e){o=p;break}return o}function p(e,p){for(var r={},n=[],a=0;a<e.length;a++){var i=e[a],l=p.base?i[0]+p.base:i[0],d=r[l]||0,c="".concat(l," ").concat(d);r[l]=d+1;var s=o(c),k={css:i[1],media:i[2],sourceMap:i[3],supports:i[4],layer:i[5]};if(-1!==s)t[s].references++,t[s].updater(k);else{var u=function(e,t){var o=t.domAPI(t);return o.update(e),function(t){t?(t.css!==e.css||t.media!==e.media||t.sourceMap!==e.sourceMap||t.supports!==e.supports||t.layer!==e.layer)&&o.update(e=t):o.remove()}}(k,p);p.byIndex=a,t.splice(a,0,{identifier:c,updater:u,references:1})}n.push(c)}return n}e.exports=function(e,r){var n=p(e=e||[],r=r||{});return function(e){e=e||[];for(var a=0;a<n.length;a++){var i=o(n[a]);t[i].references--}for(var l=p(e,r),d=0;d<n.length;d++){var c=o(n[d]);0===t[c].references&&(t[c].updater(),t.splice(c,1))}n=l}}},15(e){var t={};e.exports=function(e,o){var p=function(e){if(void 0===t[e]){var o=document.querySelector(e);if(window.HTMLIFrameElement&&o instanceof window.HTMLIFrameElement)try{o=o.contentDocument.head}catch(e){o=null}t[e]=o}return t[e]}(e);if(!p)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");p.appendChild(o)}},17(e){e.exports=function(e){var t=document.createElement("style");return e.setAttributes(t,e.attributes),e.insert(t,e.options),t}},16(e,t,o){e.exports=function(e){var t=o.nc;t&&e.setAttribute("nonce",t)}},14(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var t=e.insertStyleElement(e);return{update:function(o){var p,r,n;p="",o.supports&&(p+="@supports (".concat(o.supports,") {")),o.media&&(p+="@media ".concat(o.media," {")),(r=void 0!==o.layer)&&(p+="@layer".concat(o.layer.length>0?" ".concat(o.layer):""," {")),p+=o.css,r&&(p+="}"),o.media&&(p+="}"),o.supports&&(p+="}"),(n=o.sourceMap)&&"u">typeof btoa&&(p+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(n))))," */")),e.styleTagTransform(p,t,e.options)},remove:function(){var e;null===(e=t).parentNode||e.parentNode.removeChild(e)}}}},18(e){e.exports=function(e,t){if(t.styleSheet)t.styleSheet.cssText=e;else{for(;t.firstChild;)t.removeChild(t.firstChild);t.appendChild(document.createTextNode(e))}}}}]);