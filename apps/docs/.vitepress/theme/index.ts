/** The theme: VitePress's own, without its fonts, in our type and colours, with a landing page and pages for demos. */
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import DemoPage from './components/DemoPage.vue';
import Landing from './components/Landing.vue';
import './style/fonts.css';
import './style/tokens.css';
import './style/site.css';
import '../../demos/kit/kit.css';

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // Layouts that a page asks for by name in its frontmatter.
    app.component('landing', Landing);
    app.component('demo', DemoPage);
  },
};

export default theme;
