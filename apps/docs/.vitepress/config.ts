/** The site: from a static folder, under any path, with no request that leaves its host. */
import { defineConfig } from 'vitepress';
import { guideSidebar, referenceSidebars } from './sidebars.js';

/** Inline, since a link in the head would not know how deep its page lies. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='-8 -8 16 16'%3E%3Cg fill='none' stroke-width='4'%3E%3Cpath stroke='%232f6db5' d='M0-5.5A5.5 5.5 0 0 1 4.8 2.7'/%3E%3Cpath stroke='%23c98a1b' d='M4.8 2.7A5.5 5.5 0 0 1-4.8 2.7'/%3E%3Cpath stroke='%232f8f6b' d='M-4.8 2.7A5.5 5.5 0 0 1 0-5.5'/%3E%3C/g%3E%3C/svg%3E";

export default defineConfig({
  title: 'dsys',
  titleTemplate: ':title · dsys',
  description: 'TypeScript packages to run, embed, test and understand distributed systems.',
  lang: 'en',
  // Every page finds the site's root from its own depth, so the folder can be put anywhere.
  base: './',
  srcExclude: ['README.md', 'test/**', 'build/**'],
  head: [['link', { rel: 'icon', href: icon, type: 'image/svg+xml' }]],
  markdown: {
    // Both pass 4.5 : 1 on our code background, comments too.
    theme: { light: 'github-light', dark: 'github-dark-default' },
    config(md) {
      // Drawings in doc comments are indented code; like fenced code they must scroll by keyboard too.
      md.renderer.rules['code_block'] = (tokens, i) =>
        `<pre tabindex="0" v-pre><code>${md.utils.escapeHtml(tokens[i]!.content)}</code></pre>\n`;
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started', activeMatch: '/guide/' },
      { text: 'Demos', link: '/demos/', activeMatch: '/demos/' },
      { text: 'Reference', link: '/reference/', activeMatch: '/reference/' },
    ],
    sidebar: { '/guide/': guideSidebar(), ...referenceSidebars() },
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local', options: { detailedView: true } },
    socialLinks: [{ icon: 'github', link: 'https://github.com/dsys/dsys', ariaLabel: 'Source on GitHub' }],
    footer: { message: 'MIT licence. This site makes no request to any other host and keeps nothing about you.' },
  },
  vite: {
    // The theme and the search index are large and known; what a demo adds is loaded on its page.
    build: { chunkSizeWarningLimit: 1500 },
  },
});
