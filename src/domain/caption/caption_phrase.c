/* SPDX-License-Identifier: Apache-2.0 */
/* The caption nearest to all others: their medoid, with the share of common words (Jaccard 1901) as
 * the nearness. Captions of the pictures of one cluster name the same thing and differ in what is
 * beside it, so the medoid names it without what only one of them has. Captions are short: words
 * are compared each with each. */
#include "domain/caption/caption_phrase.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define MAX_WORDS 64
#define BLANKS    " .,!?\"()"

/* A word is a part of its caption. */
struct word {
    const char *start;
    size_t length;
};

struct words {
    struct word list[MAX_WORDS]; /* each once */
    size_t n;
};

static bool same(struct word a, struct word b)
{
    return a.length == b.length && strncmp(a.start, b.start, a.length) == 0;
}

static bool contains(const struct words *words, struct word word)
{
    for (size_t i = 0; i < words->n; i++) {
        if (same(words->list[i], word)) {
            return true;
        }
    }
    return false;
}

/* Words that say nothing of what is seen. */
static bool is_empty_word(struct word word)
{
    static const char *const empty[] = {"a",  "an",  "the",  "of",   "in",    "on",   "at",
                                        "to", "and", "with", "by",   "is",    "are",  "there",
                                        "it", "its", "that", "this", "these", "from", "for"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        if (same(word, (struct word){.start = empty[i], .length = strlen(empty[i])})) {
            return true;
        }
    }
    return false;
}

static struct words find_words(const char *caption)
{
    struct words words = {0};
    const char *at = caption + strspn(caption, BLANKS);
    while (*at && words.n < MAX_WORDS) {
        const struct word word = {.start = at, .length = strcspn(at, BLANKS)};
        if (!is_empty_word(word) && !contains(&words, word)) {
            words.list[words.n++] = word;
        }
        at += word.length;
        at += strspn(at, BLANKS);
    }
    return words;
}

/* The words in both over the words in either; captions of empty words alone are as near as equal
 * ones. */
static double overlap(const struct words *a, const struct words *b)
{
    size_t both = 0;
    for (size_t i = 0; i < a->n; i++) {
        both += contains(b, a->list[i]);
    }
    size_t either = a->n + b->n - both;
    return either > 0 ? (double)both / (double)either : 1;
}

static double support(const char *const captions[], size_t n, size_t of)
{
    const struct words words = find_words(captions[of]);
    double sum = 1;
    for (size_t i = 0; i < n; i++) {
        if (i != of) {
            const struct words others = find_words(captions[i]);
            sum += overlap(&words, &others);
        }
    }
    return sum / (double)n;
}

/* What is left of a caption without the words that only say that it is one. */
static const char *skip_start(const char *caption)
{
    static const char *const starts[] = {
        "there is ",   "there are ",   "this is ",         "these are ",     "a picture of ",
        "a photo of ", "an image of ", "a photograph of ", "a close up of ", "a close - up of "};
    const char *at = caption;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);
        if (strncmp(at, starts[i], length) == 0 && at[length]) {
            at += length;
        }
    }
    return at;
}

/* Append `more`, cut after a word if there is no room for all of it. False if it was cut. */
static bool append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    size_t length = ica_text_cut(more, size - 1 - used);
    bool whole = more[length] == 0;
    while (!whole && length > 0 && more[length] != ' ') {
        length--;
    }
    if (!whole && length == 0 && used == 0) {
        length = ica_text_cut(more, size - 1); /* a single long word */
    }
    memcpy(text + used, more, length);
    text[used + length] = 0;
    return whole;
}

double ica_captions_summarise(const char *const captions[], size_t n, char *text, size_t size)
{
    size_t best = 0;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double of_this = support(captions, n, i);
        if (of_this > most) {
            best = i;
            most = of_this;
        }
    }
    text[0] = 0;
    (void)append(text, size, skip_start(captions[best]));
    return most;
}

void ica_captions_join(const char *const captions[], size_t n, char *text, size_t size)
{
    text[0] = 0;
    bool whole = true;
    for (size_t i = 0; i < n && whole; i++) {
        size_t used = strlen(text);
        whole = i == 0 || append(text, size, ICA_CAPTION_SEPARATOR);
        size_t begin = strlen(text);
        whole = whole && append(text, size, captions[i]);
        if (!whole && strlen(text) == begin) {
            text[used] = 0; /* no room for a word behind the separator */
        }
    }
}
