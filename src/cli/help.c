/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of --help. What can be made from the tables of options and status codes is made from
 * them. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/console.h"
#include "cli/option.h"

#define COLUMNS     96
#define HELP_INDENT 36
#define MAX_RANGE   160

static const char usage[] =
    "Usage: image-cluster-ai cluster PATH...   group images, print what the groups are\n"
    "       image-cluster-ai embed PATH...     print the vectors of images\n"
    "       image-cluster-ai search WORDS DIR  find images by words or by an image\n"
    "       image-cluster-ai index             list the folders that were searched, forget one\n"
    "       image-cluster-ai serve             serve the HTTP API and the web page\n"
    "       image-cluster-ai health            ask a running server whether it is well\n"
    "       image-cluster-ai models            list, add, pull, verify, remove models\n"
    "       image-cluster-ai concepts          teach own words for descriptions by examples\n"
    "       image-cluster-ai version           print the version\n"
    "       image-cluster-ai COMMAND --help    all about a command\n";

static const char about[] =
    "Many images in, meaningful groups out, each with a short description. Works offline.\n\n";

static const char examples[] =
    "\nExamples:\n"
    "  image-cluster-ai cluster holiday/\n"
    "  image-cluster-ai cluster -r photos/ --gallery groups.html\n"
    "  image-cluster-ai search \"red shoes\" photos/\n"
    "  image-cluster-ai serve --port 9000\n"
    "  curl -F files=@a.jpg -F files=@b.jpg http://127.0.0.1:8001/cluster-images\n";

static const char cluster_text[] =
    "Usage: image-cluster-ai cluster [OPTION]... PATH...\n\n"
    "Groups images by what they show and says in a few words what each group has in common.\n"
    "PATH is an image or a folder. Images are known by their content: JPEG, PNG, WebP, GIF, TIFF,\n"
    "BMP, HEIC, AVIF. Other files in a folder are skipped. An image that cannot be read is told "
    "of,\n"
    "and the others are grouped all the same (exit code 0). The same images give the same groups,\n"
    "whatever their order.\n\n"
    "Examples:\n"
    "  image-cluster-ai cluster holiday/                       a table of the groups\n"
    "  image-cluster-ai cluster -r photos/ --link-to sorted/   folders of links, one per group\n"
    "  image-cluster-ai cluster *.jpg --gallery groups.html    a page to look at\n"
    "  image-cluster-ai cluster -f json shop/ > groups.json    for a program\n";

static const char search_text[] =
    "Usage: image-cluster-ai search [OPTION]... WORDS DIR...\n"
    "       image-cluster-ai search [OPTION]... --image FILE DIR...\n\n"
    "Finds the images in the folders that fit the words best, or that look most like an image.\n"
    "The first search of a folder looks at all of its images and keeps what it has seen in an\n"
    "index; later ones look only at what is new or has changed. Words need a model that reads\n"
    "them (`image-cluster-ai models`); any will do for images.\n\n"
    "Examples:\n"
    "  image-cluster-ai search \"red shoes\" photos/                 a table, the best first\n"
    "  image-cluster-ai search -r --image mug.jpg shop/            what looks like the mug\n"
    "  image-cluster-ai search -r \"a dog\" ~/Pictures -g dogs.html  a page to look at\n"
    "  image-cluster-ai search \"a cat\" pics/ -f paths -0 | xargs -0 cp -t cats/\n";

static const char index_text[] =
    "Usage: image-cluster-ai index list\n"
    "       image-cluster-ai index update [OPTION]... DIR...\n"
    "       image-cluster-ai index remove [--model NAME] DIR...\n\n"
    "Keeps the index that searches use. A folder may be in it with several models; when a model\n"
    "comes in a new version, the folder is embedded anew beside what is there, which answers\n"
    "searches until all is done and is dropped then. Removing forgets a folder, with all models\n"
    "or with one; the images are left alone.\n\n"
    "Examples:\n"
    "  image-cluster-ai index list\n"
    "  image-cluster-ai index update -r ~/Pictures   tonight, to search tomorrow\n"
    "  image-cluster-ai index remove ~/Pictures\n";

static const char serve_text[] =
    "Usage: image-cluster-ai serve [OPTION]...\n\n"
    "Serves the HTTP API (POST /cluster-images, GET /health) and, on a port of its own, the web\n"
    "page. Runs until it is told to stop (Ctrl-C or SIGTERM); requests that have begun are\n"
    "finished. The options on grouping are what a request gets that does not say otherwise.\n\n"
    "Examples:\n"
    "  image-cluster-ai serve\n"
    "  image-cluster-ai serve --listen 0.0.0.0 --max-images 200 --max-file-size 8M\n"
    "  ICA_PORT=9000 ICA_WEB_PORT=9001 image-cluster-ai serve\n"
    "  image-cluster-ai serve --library ~/Pictures --model clip-vit-b-32   to be searched, too\n"
    "  curl -F files=@a.jpg -F files=@b.jpg http://127.0.0.1:8001/cluster-images\n";

static const char health_text[] =
    "Usage: image-cluster-ai health [OPTION]...\n\n"
    "Asks the server at --listen and --port whether it is well: exit code 0 if so, 7 if not.\n\n"
    "Example, as the check of a container:\n"
    "  HEALTHCHECK CMD [\"image-cluster-ai\", \"health\"]\n";

static const char models_text[] =
    "Usage: image-cluster-ai models [list] [OPTION]...      which there are, which is the default\n"
    "       image-cluster-ai models show NAME               all about one\n"
    "       image-cluster-ai models add FILE [OPTION]...    a graph (.onnx, .xml) that you have\n"
    "       image-cluster-ai models pull NAME               fetch one of the list from the "
    "network\n"
    "       image-cluster-ai models verify [NAME]           are the files what they were?\n"
    "       image-cluster-ai models remove NAME             from the store\n"
    "       image-cluster-ai models default [NAME]          print or set what --model falls back "
    "to\n"
    "       image-cluster-ai models devices                 what can compute them here\n"
    "\n"
    "Models look at the images. Those that came with the program are beside it; others are kept in "
    "a\n"
    "store of the user (--models-dir, else ~/.local/share/image-cluster-ai/models). Adding finds "
    "out\n"
    "what the graph takes and gives, copies its files, tries it, and only then shows it. Only "
    "pull\n"
    "uses the network; what it was bringing when it was interrupted is gone on with.\n\n"
    "Presets:\n"
    "  dinov2, dinov2-poc, clip, siglip, siglip2, mobileclip, imagenet\n\n"
    "Examples:\n"
    "  image-cluster-ai models pull dinov2-vits14\n"
    "  image-cluster-ai models add dinov2/model.onnx --name mine --preset dinov2\n"
    "  image-cluster-ai models add clip/vision_model.onnx --preset clip \\\n"
    "      --text clip/text_model.onnx --tokenizer clip/tokenizer.json\n"
    "  image-cluster-ai cluster --model mine photos/\n";

static const char concepts_text[] =
    "Usage: image-cluster-ai concepts add [OPTION]... NAME PATH...\n"
    "       image-cluster-ai concepts list\n"
    "       image-cluster-ai concepts remove NAME\n\n"
    "Teaches own words for descriptions: groups of images that look like the examples are called\n"
    "NAME from then on. PATH is an image or a folder; ten examples or more are best, three the\n"
    "least. A word is for the model that it was taught with; to teach it again replaces it.\n\n"
    "Examples:\n"
    "  image-cluster-ai concepts add \"Alpine line\" products/alpine/\n"
    "  image-cluster-ai cluster new-photos/\n";

static const char sources_text[] =
    "\nEnvironment and config file:\n"
    "  Each option can also be given as a variable (--min-samples is ICA_MIN_SAMPLES) or as a "
    "line\n"
    "  of the config file (min-samples = 3). A flag counts more than a variable, and that more "
    "than\n"
    "  the file. NO_COLOR=1 switches colours off, COLUMNS sets the width of the table.\n";

static const char embed_text[] =
    "Usage: image-cluster-ai embed [OPTION]... PATH...\n\n"
    "Prints the vector that the model makes of each image, a line of JSON per image: path,\n"
    "model, weights_sha256 and embedding, or path and error. The numbers are the model's own,\n"
    "not normalised.\n\n"
    "Examples:\n"
    "  image-cluster-ai embed -r photos/ > vectors.ndjson\n"
    "  image-cluster-ai embed --model mine --pixels exact --precision f32 a.jpg\n";

static const char *const command_texts[ICA_COMMAND_COUNT] = {
    [ICA_COMMAND_CLUSTER] = cluster_text, [ICA_COMMAND_EMBED] = embed_text,
    [ICA_COMMAND_SEARCH] = search_text,   [ICA_COMMAND_INDEX] = index_text,
    [ICA_COMMAND_SERVE] = serve_text,     [ICA_COMMAND_HEALTH] = health_text,
    [ICA_COMMAND_MODELS] = models_text,   [ICA_COMMAND_CONCEPTS] = concepts_text,
};

/* "  -f, --format NAME   what goes where (default table)" */
static enum ica_status append_option(const struct ica_option *option, struct ica_buffer *out,
                                     struct ica_error *err)
{
    char letter[8] = "   ";
    if (option->letter) {
        (void)snprintf(letter, sizeof letter, "-%c,", option->letter);
    }
    char head[HELP_INDENT * 2];
    (void)snprintf(head, sizeof head, "  %s --%s%s%s", letter, option->name,
                   option->argument ? " " : "", option->argument ? option->argument : "");
    char range[MAX_RANGE] = "";
    if (option->type != ICA_OPTION_FLAG) {
        ica_option_range(option, range, sizeof range);
    }
    const char *fallback = option->fallback ? option->fallback : "";
    char words[512];
    (void)snprintf(words, sizeof words, *range || *fallback ? "%s [%s%s%s%s]" : "%s", option->help,
                   range, *range && *fallback ? "; " : "", *fallback ? "default " : "", fallback);
    bool fits = strlen(head) < HELP_INDENT;
    enum ica_status status = fits ? ica_buffer_printf(out, err, "%-*s", HELP_INDENT, head)
                                  : ica_buffer_printf(out, err, "%s\n%*s", head, HELP_INDENT, "");
    return status ? status : ica_console_append_wrapped(out, words, HELP_INDENT, COLUMNS, err);
}

static enum ica_status append_options(enum ica_command command, struct ica_buffer *out,
                                      struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    const char *group = "";
    for (size_t i = 0; i < ica_n_options && !status; i++) {
        const struct ica_option *option = &ica_options[i];
        if (!ica_option_is_for(option, command)) {
            continue;
        }
        if (strcmp(group, option->group) != 0) {
            group = option->group;
            status = ica_buffer_printf(out, err, "\n%s:\n", group);
        }
        if (!status) {
            status = append_option(option, out, err);
        }
    }
    return status;
}

/* "  3  not a known image, damaged image" for each exit code. */
static enum ica_status append_exit_codes(struct ica_buffer *out, struct ica_error *err)
{
    enum ica_status status = ica_buffer_append_text(out, "\nExit codes:", err);
    int last = -1;
    for (int s = ICA_OK; s < ICA_STATUS_COUNT && !status; s++) {
        int code = ica_status_exit((enum ica_status)s);
        const char *text = ica_status_text((enum ica_status)s);
        status = code == last ? ica_buffer_printf(out, err, ", %s", text)
                              : ica_buffer_printf(out, err, "\n  %d  %s", code, text);
        last = code;
    }
    return status ? status : ica_buffer_append_text(out, "\n", err);
}

enum ica_status ica_help_usage(struct ica_buffer *out, struct ica_error *err)
{
    return ica_buffer_append_text(out, usage, err);
}

enum ica_status ica_help_write(enum ica_command command, struct ica_buffer *out,
                               struct ica_error *err)
{
    const char *text = command_texts[command];
    enum ica_status status = ica_buffer_append_text(out, text ? text : about, err);
    if (!status && !text) {
        status = ica_help_usage(out, err);
    }
    if (!status && !text) {
        status = ica_buffer_append_text(out, examples, err);
    }
    if (!status && text) {
        status = append_options(command, out, err);
    }
    if (!status) {
        status = ica_buffer_append_text(out, sources_text, err);
    }
    return status ? status : append_exit_codes(out, err);
}
