/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the settings: every source, their precedence, and what is said of mistakes. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/help.h"
#include "cli/option.h"
#include "cli/settings.h"

#define MAX_ARGUMENTS 16

struct fixture {
    struct ica_settings settings;
    struct ica_error err;
    char *arguments[MAX_ARGUMENTS];
    char words[1024];
    char config[64];
};

static void clear_environment(void)
{
    for (size_t i = 0; i < ica_n_options; i++) {
        char variable[ICA_MAX_OPTION_NAME];
        ica_option_variable(&ica_options[i], variable);
        assert_int_equal(unsetenv(variable), 0);
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    clear_environment();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    ica_settings_clear(&f->settings);
    if (f->config[0]) {
        (void)unlink(f->config);
    }
    clear_environment();
    free(f);
    return 0;
}

/* Read the settings from a command line, cut at its blanks. */
static enum ica_status read_line(struct fixture *f, const char *line)
{
    ica_settings_clear(&f->settings);
    f->err = (struct ica_error){0};
    (void)snprintf(f->words, sizeof f->words, "image-cluster-ai %s", line);
    int count = 0;
    char *rest = f->words;
    for (char *word = strsep(&rest, " "); word && count < MAX_ARGUMENTS;
         word = strsep(&rest, " ")) {
        f->arguments[count++] = word;
    }
    return ica_settings_read(&f->settings, count, f->arguments, &f->err);
}

static void assert_reads(struct fixture *f, const char *line)
{
    enum ica_status status = read_line(f, line);
    if (status) {
        print_error("%s: %s\n", line, f->err.text);
    }
    assert_int_equal(status, ICA_OK);
}

/* The message has to contain both parts. */
static void assert_refuses(struct fixture *f, const char *line, const char *part,
                           const char *other_part)
{
    assert_int_equal(read_line(f, line), ICA_EINVALID);
    if (!strstr(f->err.text, part) || !strstr(f->err.text, other_part)) {
        print_error("%s: %s\n", line, f->err.text);
        fail();
    }
}

static void write_config(struct fixture *f, const char *text)
{
    (void)snprintf(f->config, sizeof f->config, "/tmp/ica-settings-XXXXXX");
    int fd = mkstemp(f->config);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    assert_int_equal(setenv("ICA_CONFIG", f->config, 1), 0);
}

static void test_defaults(void **state)
{
    struct fixture *f = *state;
    assert_reads(f, "cluster photos");
    assert_int_equal(f->settings.command, ICA_COMMAND_CLUSTER);
    assert_int_equal(f->settings.n_paths, 1);
    assert_string_equal(f->settings.paths[0], "photos");
    assert_int_equal(f->settings.strategy, ICA_STRATEGY_AUTO);
    assert_int_equal(f->settings.min_cluster_size, ICA_DEFAULT_MIN_CLUSTER_SIZE);
    assert_int_equal(f->settings.noise, ICA_NOISE_SINGLETONS);
    assert_int_equal(f->settings.max_images, ICA_MAX_IMAGES);
    assert_int_equal(f->settings.log_level, ICA_LOG_WARNING);
    assert_string_equal(f->settings.format, "table");
    assert_string_equal(f->settings.gallery, "");
    assert_false(f->settings.recursive);

    assert_reads(f, "serve");
    assert_string_equal(f->settings.listen, "127.0.0.1");
    assert_int_equal(f->settings.port, 8001);
    assert_int_equal(f->settings.web_port, 8082);
    assert_int_equal(f->settings.max_images, 10000);
    assert_int_equal(f->settings.max_file_size_bytes, 32 << 20);
}

static void test_defaults_of_a_run(void **state)
{
    struct fixture *f = *state;
    assert_reads(f, "cluster x");
    struct ica_grouping_options ours = ica_settings_grouping(&f->settings);
    struct ica_grouping_options usual = ica_grouping_options_default();
    assert_int_equal(ours.clustering.strategy, usual.clustering.strategy);
    assert_int_equal(ours.clustering.noise, usual.clustering.noise);
    assert_int_equal(ours.clustering.min_cluster_size, usual.clustering.min_cluster_size);
    assert_int_equal(ours.clustering.min_samples, usual.clustering.min_samples);
    assert_int_equal(ours.clustering.selection, usual.clustering.selection);
    assert_int_equal(ours.clustering.neighbours, usual.clustering.neighbours);
    assert_true(ours.clustering.epsilon == usual.clustering.epsilon);
    assert_int_equal(ours.clustering.n_clusters, usual.clustering.n_clusters);
    assert_int_equal(ours.clustering.seed, usual.clustering.seed);
    assert_int_equal(ours.clustering.linkage, usual.clustering.linkage);
    assert_true(ours.clustering.distance_threshold == usual.clustering.distance_threshold);
    assert_true(ours.clustering.granularity == usual.clustering.granularity);
    assert_true(ours.clustering.duplicate_threshold == usual.clustering.duplicate_threshold);
    assert_true(usual.clustering.duplicate_threshold == ICA_DEFAULT_DUPLICATE_THRESHOLD);
    assert_string_equal(ours.describer, usual.describer);
    assert_false(f->settings.exact_pixels);
    assert_int_equal(f->settings.max_images, ICA_MAX_IMAGES);
}

static void test_flags(void **state)
{
    struct fixture *f = *state;
    assert_reads(f, "cluster a --strategy hdbscan -r --min-samples=3 b --max-file-size 8M "
                    "--cluster-selection-epsilon 0.25 -- --c");
    assert_int_equal(f->settings.strategy, ICA_STRATEGY_HDBSCAN);
    assert_int_equal(f->settings.min_samples, 3);
    assert_true(f->settings.recursive);
    assert_int_equal(f->settings.max_file_size_bytes, 8 << 20);
    assert_true(f->settings.epsilon == 0.25);
    assert_int_equal(f->settings.n_paths, 3);
    assert_string_equal(f->settings.paths[0], "a");
    assert_string_equal(f->settings.paths[1], "b");
    assert_string_equal(f->settings.paths[2], "--c");

    assert_reads(f, "cluster a --strategy agglomerative --linkage complete "
                    "--distance-threshold 0.5 --seed 7");
    struct ica_clustering_options options = ica_settings_grouping(&f->settings).clustering;
    assert_int_equal(options.strategy, ICA_STRATEGY_AGGLOMERATIVE);
    assert_int_equal(options.linkage, ICA_LINKAGE_COMPLETE);
    assert_true(options.distance_threshold == 0.5);
    assert_int_equal(options.n_clusters, 0);
    assert_int_equal(options.seed, 7);
    assert_reads(f, "serve --strategy=kmeans --clusters=12 --distance-threshold -1");
    options = ica_settings_grouping(&f->settings).clustering;
    assert_int_equal(options.strategy, ICA_STRATEGY_KMEANS);
    assert_int_equal(options.n_clusters, 12);

    assert_reads(f, "--log-level debug serve -p 1 --port 2 --cluster-name text");
    assert_int_equal(f->settings.log_level, ICA_LOG_DEBUG);
    assert_int_equal(f->settings.port, 2);
    assert_true(f->settings.name_is_text);

    assert_reads(f, "serve --pixels exact");
    assert_true(f->settings.exact_pixels);

    assert_reads(f, "cluster x --recursive=no");
    assert_false(f->settings.recursive);

    assert_reads(f, "cluster x --granularity -0.5");
    assert_true(f->settings.granularity == -0.5);
    assert_true(ica_settings_grouping(&f->settings).clustering.granularity == -0.5);
    assert_reads(f, "cluster x --duplicate-threshold 0");
    assert_true(ica_settings_grouping(&f->settings).clustering.duplicate_threshold == 0);
}

static void test_precedence(void **state)
{
    struct fixture *f = *state;
    write_config(f,
                 "# of the server\nport = 1\nweb-port=2\n\n  listen =  ::1 \r\nrecursive = yes\n");
    assert_int_equal(setenv("ICA_PORT", "10", 1), 0);
    assert_int_equal(setenv("ICA_LISTEN", "0.0.0.0", 1), 0);
    assert_int_equal(setenv("ICA_FORMAT", "of another command", 1), 0);
    assert_reads(f, "serve --port 100");
    assert_int_equal(f->settings.port, 100);
    assert_int_equal(f->settings.web_port, 2);
    assert_string_equal(f->settings.listen, "0.0.0.0");

    assert_reads(f, "health");
    assert_int_equal(f->settings.port, 10);
    assert_reads(f, "cluster x");
    assert_true(f->settings.recursive);
}

static void test_mistakes_in_flags(void **state)
{
    struct fixture *f = *state;
    assert_refuses(f, "serve --port 70000", "--port:", "0 to 65535");
    assert_refuses(f, "serve --port -1", "--port:", "0 to 65535");
    assert_refuses(f, "serve --port 80x", "--port:", "\"80x\"");
    assert_refuses(f, "serve --port", "--port needs a value", "0 to 65535");
    assert_refuses(f, "cluster x --gallery --quiet", "--gallery", "needs a value");
    assert_refuses(f, "serve --prot 1", "--prot", "did you mean --port?");
    assert_refuses(f, "cluster x --min-sample 1", "--min-sample", "did you mean --min-samples?");
    assert_refuses(f, "cluster x --frobnicate", "no option", "--frobnicate.");
    assert_refuses(f, "cluster x -rq", "no option", "-rq");
    assert_refuses(f, "cluster x --port 1", "--port", "no option of cluster");
    assert_refuses(f, "cluster x --strategy best",
                   "--strategy:", "one of auto, hdbscan, agglomerative, kmeans, poc");
    assert_refuses(f, "cluster x --clusters 1000001", "--clusters:", "0 to 1000000");
    assert_refuses(f, "cluster x --clusters -1", "--clusters:", "0 to 1000000");
    assert_refuses(f, "cluster x --seed 4294967296", "--seed:", "0 to 4294967295");
    assert_refuses(f, "cluster x --linkage single", "--linkage:", "average, complete, ward");
    assert_refuses(f, "cluster x --distance-threshold -2", "threshold:", "-1 to 100000");
    assert_refuses(f, "cluster x --clusters 3 --distance-threshold 0.1", "--clusters",
                   "--distance-threshold");
    assert_refuses(f, "cluster x --recursive=maybe", "--recursive:", "one of true, false");
    assert_refuses(f, "cluster x --max-file-size 1T", "--max-file-size:", "1 to 64G");
    assert_refuses(f, "cluster x --max-file-size 0", "--max-file-size:", "1 to 64G");
    assert_refuses(f, "cluster x --cluster-selection-epsilon nan", "epsilon:", "0 to 2");
    assert_refuses(f, "cluster x --granularity 1.01", "granularity:", "a number from -1 to 1");
    assert_refuses(f, "serve --granularity=-1.5", "granularity:", "-1 to 1");
    assert_refuses(f, "cluster x --granularity fine", "granularity:", "-1 to 1");
    assert_refuses(f, "cluster x --duplicate-threshold 1", "duplicate-threshold:", "0 to 0.5");
    assert_refuses(f, "cluster x --max-images 1000001", "--max-images:", "1 to 1000000");
    assert_refuses(f, "cluster x --copy-to a --link-to b", "--copy-to", "--link-to");
}

static void test_mistakes_in_arguments(void **state)
{
    struct fixture *f = *state;
    assert_refuses(f, "cluster", "at least one image or folder", "");
    assert_refuses(f, "serve now", "serve takes no argument", "now");
    assert_refuses(f, "photos/", "no command \"photos/\"", "cluster photos/");
}

static void test_mistakes_elsewhere(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("ICA_PORT", "tcp://10.0.0.1:80", 1), 0);
    assert_refuses(f, "serve", "ICA_PORT:", "0 to 65535");
    assert_int_equal(unsetenv("ICA_PORT"), 0);

    write_config(f, "port = 1\n\n# no\nport : 2\n");
    assert_refuses(f, "serve", " line 4:", "option = value");
    assert_int_equal(unlink(f->config), 0);
    write_config(f, "prot = 1");
    assert_refuses(f, "cluster x", " line 1:", "did you mean \"port\"?");
    assert_int_equal(unlink(f->config), 0);
    write_config(f, "web-port = 8082\nport = x");
    assert_refuses(f, "serve", " line 2:", "0 to 65535");
    assert_refuses(f, "serve --port 1", " line 2:", "0 to 65535"); /* also when not needed */

    assert_int_equal(unlink(f->config), 0);
    assert_int_equal(read_line(f, "serve"), ICA_ENOTFOUND);
    assert_non_null(strstr(f->err.text, f->config));
    assert_int_equal(read_line(f, "serve --config /"), ICA_EINVALID);
}

static void test_config_is_bounded(void **state)
{
    struct fixture *f = *state;
    static char long_text[65 * 1024];
    memset(long_text, '#', sizeof long_text - 1);
    write_config(f, long_text);
    assert_int_equal(read_line(f, "serve"), ICA_ETOOLARGE);
    assert_int_equal(unlink(f->config), 0);
    write_config(f, "");
    assert_reads(f, "serve");
}

/* Help and version answer whatever else is wrong. */
static void test_help(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("ICA_PORT", "wrong", 1), 0);
    assert_reads(f, "serve --help");
    assert_true(f->settings.help);
    assert_reads(f, "-V");
    assert_true(f->settings.version);
    assert_reads(f, "help cluster");
    assert_int_equal(f->settings.command, ICA_COMMAND_HELP);
    assert_string_equal(f->settings.paths[0], "cluster");
}

/* Every option appears in the help of each of its commands, every line fits. */
static void test_help_is_complete(void **state)
{
    (void)state;
    for (int c = ICA_COMMAND_CLUSTER; c <= ICA_COMMAND_MODELS; c++) {
        struct ica_buffer text;
        ica_buffer_init(&text, 64 * 1024);
        assert_int_equal(ica_help_write((enum ica_command)c, &text, NULL), ICA_OK);
        for (size_t i = 0; i < ica_n_options; i++) {
            char flag[ICA_MAX_OPTION_NAME];
            (void)snprintf(flag, sizeof flag, "--%s", ica_options[i].name);
            bool known = ica_option_is_for(&ica_options[i], (enum ica_command)c);
            assert_true(!known || strstr(ica_buffer_text(&text), flag));
        }
        const char *line = ica_buffer_text(&text);
        while (*line) {
            size_t length = strcspn(line, "\n");
            assert_true(length <= 96);
            line += length + 1;
        }
        ica_buffer_clear(&text);
    }
}

/* Each row's default is within its own limits, and rows of one name agree in what they are. */
static void test_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < ica_n_options; i++) {
        const struct ica_option *option = &ica_options[i];
        struct ica_settings settings = {0};
        struct ica_error err = {0};
        assert_true(strlen(option->name) < ICA_MAX_OPTION_NAME - sizeof "ICA_");
        assert_int_equal((option->type == ICA_OPTION_CHOICE) - (option->choices != NULL), 0);
        assert_int_equal((option->type == ICA_OPTION_FLAG) - (option->argument == NULL), 0);
        if (option->fallback) {
            assert_int_equal(
                ica_option_set(option, option->fallback, "default", true, &settings, &err), ICA_OK);
        }
        for (size_t j = 0; j < i; j++) {
            bool same_name = strcmp(option->name, ica_options[j].name) == 0;
            assert_int_equal(same_name, option->offset == ica_options[j].offset);
            assert_true(!same_name || option->type == ica_options[j].type);
            assert_true(!same_name || !(option->commands & ica_options[j].commands));
            bool same_letter = option->letter == ica_options[j].letter;
            assert_true(same_name ? same_letter : !option->letter || !same_letter);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_defaults_of_a_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_precedence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_in_flags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_in_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_config_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_help, set_up, tear_down),
        cmocka_unit_test(test_help_is_complete),
        cmocka_unit_test(test_table_is_sound),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
