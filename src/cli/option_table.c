/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all options. Whoever adds one writes a member of struct ica_settings and a row here;
 * parsing, environment, config file and help follow. */
#include "cli/option.h"

#include "application/runs/grouping_choices.h"
#include "application/search/image_search.h"
#include "base/log.h"
#include "domain/clustering/clustering.h"
#include "domain/image/image.h"
#include "ports/executor.h"
#include "ports/inference.h"

#define CLUSTER  (1u << ICA_COMMAND_CLUSTER)
#define EMBED    (1u << ICA_COMMAND_EMBED)
#define SEARCH   (1u << ICA_COMMAND_SEARCH)
#define INDEX    (1u << ICA_COMMAND_INDEX)
#define SERVE    (1u << ICA_COMMAND_SERVE)
#define HEALTH   (1u << ICA_COMMAND_HEALTH)
#define MODELS   (1u << ICA_COMMAND_MODELS)
#define CONCEPTS (1u << ICA_COMMAND_CONCEPTS)
#define ANY      ((1u << ICA_COMMAND_COUNT) - 1)

#define TEXT(tokens)    #tokens
#define TEXT_OF(number) TEXT(number) /* of a constant that is a plain number */

#define INTO(member) .offset = offsetof(struct ica_settings, member)

static const struct ica_choice log_levels[] = {
    {"error", ICA_LOG_ERROR},
    {"warning", ICA_LOG_WARNING},
    {"info", ICA_LOG_INFO},
    {"debug", ICA_LOG_DEBUG},
    {0},
};

static const struct ica_choice precisions[] = {
    {"auto", ICA_PRECISION_AUTO},
    {"f32", ICA_PRECISION_F32},
    {"bf16", ICA_PRECISION_BF16},
    {0},
};

static const struct ica_choice pixels_choices[] = {
    {"fast", false},
    {"exact", true},
    {0},
};

/* clang-format off */
const struct ica_option ica_options[] = {
    {.name = "recursive", .letter = 'r', .type = ICA_OPTION_FLAG, INTO(recursive),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | CONCEPTS, .group = "Which files",
     .help = "descend into the folders of a folder; else only the files directly in it count"},
    {.name = "max-images", .type = ICA_OPTION_NUMBER, INTO(max_images),
     .commands = CLUSTER | EMBED | CONCEPTS, .group = "Which files", .argument = "N",
     .fallback = TEXT_OF(ICA_MAX_IMAGES), .min = 1, .max = ICA_MAX_IMAGES,
     .help = "refuse more images than this"},
    {.name = "max-images", .type = ICA_OPTION_NUMBER, INTO(max_images),
     .commands = SERVE, .group = "Which files", .argument = "N",
     .fallback = "10000", .min = 1, .max = ICA_MAX_IMAGES,
     .help = "refuse requests with more images than this"},
    {.name = "max-file-size", .type = ICA_OPTION_SIZE, INTO(max_file_size_bytes),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | CONCEPTS, .group = "Which files", .argument = "SIZE",
     .fallback = "1G", .min = 1, .max = UINT64_C(1) << 36,
     .help = "do not read larger files"},
    {.name = "max-file-size", .type = ICA_OPTION_SIZE, INTO(max_file_size_bytes),
     .commands = SERVE, .group = "Which files", .argument = "SIZE",
     .fallback = "32M", .min = 1, .max = UINT64_C(1) << 36,
     .help = "do not take larger files"},
    {.name = "max-pixels", .type = ICA_OPTION_NUMBER, INTO(max_pixels),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | SERVE | CONCEPTS, .group = "Which files", .argument = "N",
     .fallback = TEXT_OF(ICA_DEFAULT_MAX_PIXELS),
     .min = 1, .max = (uint64_t)ICA_MAX_SIDE * ICA_MAX_SIDE,
     .help = "do not decode images of more pixels (width times height)"},

    {.name = "image", .letter = 'i', .type = ICA_OPTION_TEXT, INTO(image),
     .commands = SEARCH, .group = "Searching", .argument = "FILE",
     .help = "find what looks like this image, instead of what fits words"},
    {.name = "limit", .letter = 'n', .type = ICA_OPTION_NUMBER, INTO(limit),
     .commands = SEARCH, .group = "Searching", .argument = "N",
     .fallback = "20", .min = 1, .max = ICA_MAX_SEARCH_HITS,
     .help = "give so many images at most, the nearest first"},
    {.name = "threshold", .type = ICA_OPTION_REAL, INTO(threshold),
     .commands = SEARCH, .group = "Searching", .argument = "X",
     .fallback = "-1", .least = -1, .most = 1,
     .help = "leave out images with a lower score, which is the cosine of the two vectors; words and "
             "images rarely score above 0.4, an image and its copy about 1"},
    {.name = "no-update", .type = ICA_OPTION_FLAG, INTO(no_update),
     .commands = SEARCH, .group = "Searching",
     .help = "search what the index has, without looking whether files have changed"},
    {.name = "index", .type = ICA_OPTION_TEXT, INTO(index),
     .commands = SEARCH | INDEX | SERVE, .group = "Searching", .argument = "FILE",
     .help = "where the vectors of searched folders are kept, if not with the user's data"},

    {.name = "strategy", .type = ICA_OPTION_CHOICE, INTO(strategy),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "NAME",
     .fallback = "auto", .choices = ica_strategy_choices,
     .help = "auto needs no parameter; hdbscan goes by density, agglomerative joins what is near, "
             "kmeans makes a number of groups; poc is the rule of the proof of concept (many small "
             "groups)"},
    {.name = "min-cluster-size", .type = ICA_OPTION_NUMBER, INTO(min_cluster_size),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "N",
     .fallback = TEXT_OF(ICA_DEFAULT_MIN_CLUSTER_SIZE),
     .min = ICA_MIN_MIN_CLUSTER_SIZE, .max = ICA_MAX_MIN_CLUSTER_SIZE,
     .help = "hdbscan: the fewest images that make a group"},
    {.name = "min-samples", .type = ICA_OPTION_NUMBER, INTO(min_samples),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "N",
     .fallback = "0", .min = 0, .max = ICA_MAX_MIN_SAMPLES,
     .help = "hdbscan: higher leaves more images ungrouped; 0 means as min-cluster-size"},
    {.name = "cluster-selection-method", .type = ICA_OPTION_CHOICE, INTO(selection),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "NAME",
     .fallback = "eom", .choices = ica_selection_choices,
     .help = "hdbscan: eom prefers large stable groups, leaf many fine ones"},
    {.name = "cluster-selection-epsilon", .type = ICA_OPTION_REAL, INTO(epsilon),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "X",
     .fallback = "0", .least = 0, .most = 2,
     .help = "hdbscan: do not split groups closer than this cosine distance"},
    {.name = "neighbours", .type = ICA_OPTION_CHOICE, INTO(neighbours),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "NAME",
     .fallback = "auto", .choices = ica_neighbours_choices,
     .help = "hdbscan: exact looks at every pair of images, approximate finds most neighbours in far less "
             "time; auto is exact up to 150,000 images"},
    {.name = "clusters", .type = ICA_OPTION_NUMBER, INTO(clusters),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "N",
     .fallback = "0", .min = 0, .max = ICA_MAX_CLUSTERS_ASKED,
     .help = "kmeans, agglomerative: how many groups; 0 means as many as are clearest"},
    {.name = "seed", .type = ICA_OPTION_NUMBER, INTO(seed),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "N",
     .fallback = "0", .min = 0, .max = ICA_MAX_SEED,
     .help = "kmeans: another number starts it elsewhere"},
    {.name = "linkage", .type = ICA_OPTION_CHOICE, INTO(linkage),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "NAME",
     .fallback = "average", .choices = ica_linkage_choices,
     .help = "agglomerative: groups join by the mean distance of their images, by the largest, or "
             "by Ward's method"},
    {.name = "distance-threshold", .type = ICA_OPTION_REAL, INTO(distance_threshold),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "X",
     .fallback = "-1", .least = -1, .most = ICA_MAX_DISTANCE_THRESHOLD,
     .help = "agglomerative, instead of clusters: join groups up to this cosine distance (ward: "
             "cost); below 0 means none"},
    {.name = "granularity", .type = ICA_OPTION_REAL, INTO(granularity),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "X",
     .fallback = "0", .least = -1, .most = 1,
     .help = "more groups (up to 1, each image alone) or fewer (down to -1, one group) than the "
             "strategy found"},
    {.name = "noise", .type = ICA_OPTION_CHOICE, INTO(noise),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "WHAT",
     .fallback = "singletons", .choices = ica_noise_choices,
     .help = "images that fit nowhere: each on its own, all in one last group, or each to its "
             "nearest group"},
    {.name = "duplicate-threshold", .type = ICA_OPTION_REAL, INTO(duplicate_threshold),
     .commands = CLUSTER | SERVE, .group = "Grouping", .argument = "X",
     .fallback = TEXT_OF(ICA_DEFAULT_DUPLICATE_THRESHOLD),
     .least = 0, .most = ICA_MAX_DUPLICATE_THRESHOLD,
     .help = "images up to this cosine distance are reported as near-duplicates (copies that were "
             "saved again, resized or cut a little); 0 does not look for them"},

    {.name = "model", .type = ICA_OPTION_TEXT, INTO(model),
     .commands = CLUSTER | EMBED | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "NAME",
     .fallback = "",
     .help = "what looks at the images; `image-cluster-ai models` lists them and marks the default"},
    {.name = "model", .type = ICA_OPTION_TEXT, INTO(model),
     .commands = SEARCH | INDEX, .group = "Model and descriptions", .argument = "NAME",
     .help = "what looks at the images; without, the one that the folder is indexed with if it will "
             "do, or else another that is installed and does: words need one that reads them"},
    {.name = "pixels", .type = ICA_OPTION_CHOICE, INTO(exact_pixels),
     .commands = CLUSTER | EMBED | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "NAME",
     .fallback = "fast", .choices = pixels_choices,
     .help = "how images are shrunk for the model: fast lets the decoder help; exact is as PyTorch's "
             "transforms, slower for large photos"},
    {.name = "describer", .type = ICA_OPTION_TEXT, INTO(describer),
     .commands = CLUSTER | SERVE, .group = "Model and descriptions", .argument = "NAME",
     .fallback = "auto",
     .help = "concepts names each group in a few words; zero-shot does so with the words that a model "
             "with a text tower reads, which is the default for such a model; blip, where its model is "
             "installed, looks at three pictures of each and says what they show, in English; openai "
             "asks a captioning server, see below; none leaves it"},
    {.name = "phrases", .type = ICA_OPTION_TEXT, INTO(phrases),
     .commands = CLUSTER | SERVE, .group = "Model and descriptions", .argument = "FILE",
     .help = "zero-shot: describe each group by the phrase of FILE, one a line, that fits best, such as "
             "\"running shoes\""},
    {.name = "language", .type = ICA_OPTION_CHOICE, INTO(language),
     .commands = CLUSTER | SERVE, .group = "Model and descriptions", .argument = "CODE",
     .fallback = "en", .choices = ica_language_choices,
     .help = "of the descriptions: English, Portuguese or Spanish"},
    {.name = "own-concepts", .type = ICA_OPTION_TEXT, INTO(own_concepts),
     .commands = CLUSTER | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "FILE",
     .help = "what `image-cluster-ai concepts add` has taught, if not with the user's data"},
    {.name = "threads", .type = ICA_OPTION_NUMBER, INTO(threads),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "N",
     .fallback = "0", .min = 0, .max = ICA_MAX_THREADS,
     .help = "how many work at once; 0 means one per processor"},

    {.name = "device", .type = ICA_OPTION_TEXT, INTO(device),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "NAME",
     .fallback = "auto",
     .help = "what computes the models: cpu, gpu, gpu.1 ..., or auto, a graphics processor where the "
             "engine has one; `image-cluster-ai models devices` lists them"},
    {.name = "precision", .type = ICA_OPTION_CHOICE, INTO(precision),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "NAME",
     .fallback = "auto", .choices = precisions,
     .help = "of the models' numbers: auto takes bf16 where the device computes in it, f32 gives the "
             "same vectors everywhere"},
    {.name = "model-memory", .type = ICA_OPTION_SIZE, INTO(model_memory_bytes),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | SERVE | CONCEPTS, .group = "Model and descriptions", .argument = "SIZE",
     .fallback = "0", .min = 0, .max = UINT64_C(1) << 42,
     .help = "the files of all loaded models may have so many bytes together; one that is needed "
             "pushes out the one idle for longest; 0 is no limit"},
    {.name = "model-idle", .type = ICA_OPTION_NUMBER, INTO(model_idle_s),
     .commands = SERVE, .group = "Model and descriptions", .argument = "SECONDS",
     .fallback = "0", .min = 0, .max = 1000000,
     .help = "unload a model that nobody used for so long; it comes back when it is wanted; 0 never "
             "does"},

    {.name = "openai-url", .type = ICA_OPTION_TEXT, INTO(openai_url),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "URL",
     .help = "address of a server with OpenAI's API (llama.cpp, Ollama, vLLM, hosted), such as "
             "http://localhost:8080/v1; what --describer openai shows it leaves this machine"},
    {.name = "openai-model", .type = ICA_OPTION_TEXT, INTO(openai_model),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "NAME",
     .help = "which of the server's models to ask, if it does not choose itself"},
    {.name = "openai-key-file", .type = ICA_OPTION_TEXT, INTO(openai_key_file),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "FILE",
     .help = "read the server's key from FILE; without, it is what the variable OPENAI_API_KEY holds"},
    {.name = "openai-prompt", .type = ICA_OPTION_TEXT, INTO(openai_prompt),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "FILE",
     .help = "ask what FILE says instead of for a short phrase; {language} and {images} in it are "
             "replaced"},
    {.name = "openai-images", .type = ICA_OPTION_NUMBER, INTO(openai_images),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "N",
     .fallback = "3", .min = 1, .max = 8,
     .help = "show at most so many images of a group"},
    {.name = "openai-image-side", .type = ICA_OPTION_NUMBER, INTO(openai_image_side),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "PIXELS",
     .fallback = "512", .min = 64, .max = 1024,
     .help = "shrink them until the longer side is no more than this"},
    {.name = "openai-parallel", .type = ICA_OPTION_NUMBER, INTO(openai_parallel),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "N",
     .fallback = "4", .min = 1, .max = 32,
     .help = "ask about so many groups at once"},
    {.name = "openai-timeout", .type = ICA_OPTION_NUMBER, INTO(openai_timeout_s),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "SECONDS",
     .fallback = "60", .min = 1, .max = 3600,
     .help = "wait no longer for an answer"},
    {.name = "openai-retries", .type = ICA_OPTION_NUMBER, INTO(openai_retries),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "N",
     .fallback = "3", .min = 0, .max = 10,
     .help = "ask again so often about a group when the server is busy or fails"},
    {.name = "openai-budget", .type = ICA_OPTION_NUMBER, INTO(openai_budget),
     .commands = CLUSTER | SERVE, .group = "Captioning server", .argument = "N",
     .fallback = "500", .min = 1, .max = 1000000,
     .help = "send no more requests in one run, retries included; what is left is described by concepts"},

    {.name = "format", .letter = 'f', .type = ICA_OPTION_TEXT, INTO(format),
     .commands = CLUSTER | MODELS, .group = "Output", .argument = "NAME",
     .fallback = "table",
     .help = "what goes to standard output: table is for people, json, csv and ndjson are for "
             "programs (json is the document that the HTTP API answers), html is the gallery; models "
             "list and show know table and json"},
    {.name = "format", .letter = 'f', .type = ICA_OPTION_TEXT, INTO(format),
     .commands = SEARCH, .group = "Output", .argument = "NAME",
     .fallback = "table",
     .help = "what goes to standard output: table is for people, json and ndjson are for programs, "
             "paths is a path a line, html is the gallery"},
    {.name = "null", .letter = '0', .type = ICA_OPTION_FLAG, INTO(ends_in_0),
     .commands = SEARCH, .group = "Output",
     .help = "with --format paths: end each path with a 0 byte instead of a line end, for xargs -0"},
    {.name = "cluster-name", .type = ICA_OPTION_CHOICE, INTO(name_is_text),
     .commands = CLUSTER | SERVE, .group = "Output", .argument = "WHAT",
     .fallback = "number", .choices = ica_cluster_name_choices,
     .help = "whether \"name\" in json is a group's number or its description"},
    {.name = "gallery", .letter = 'g', .type = ICA_OPTION_TEXT, INTO(gallery),
     .commands = CLUSTER, .group = "Output", .argument = "FILE.html",
     .help = "write a page that shows the groups; one file, opens without a network"},
    {.name = "gallery", .letter = 'g', .type = ICA_OPTION_TEXT, INTO(gallery),
     .commands = SEARCH, .group = "Output", .argument = "FILE.html",
     .help = "write a page that shows the images; one file, opens without a network"},
    {.name = "copy-to", .type = ICA_OPTION_TEXT, INTO(copy_to),
     .commands = CLUSTER, .group = "Output", .argument = "DIR",
     .help = "copy the images into DIR (new or empty), one folder per group, such as \"00 black shoes\", "
             "and \"unclustered\" for those in none"},
    {.name = "link-to", .type = ICA_OPTION_TEXT, INTO(link_to),
     .commands = CLUSTER, .group = "Output", .argument = "DIR",
     .help = "the same with symbolic links instead of copies"},

    {.name = "copy-to", .type = ICA_OPTION_TEXT, INTO(copy_to),
     .commands = SEARCH, .group = "Output", .argument = "DIR",
     .help = "copy the images that are found into DIR (new or empty)"},
    {.name = "link-to", .type = ICA_OPTION_TEXT, INTO(link_to),
     .commands = SEARCH, .group = "Output", .argument = "DIR",
     .help = "the same with symbolic links instead of copies"},
    {.name = "preset", .type = ICA_OPTION_TEXT, INTO(preset),
     .commands = MODELS, .group = "Adding a model", .argument = "NAME",
     .help = "how its pictures are prepared: dinov2, dinov2-poc, clip, siglip, siglip2, mobileclip "
             "or imagenet, if the file's name does not tell"},
    {.name = "name", .type = ICA_OPTION_TEXT, INTO(model_name),
     .commands = MODELS, .group = "Adding a model", .argument = "NAME",
     .help = "what to call it, if not as its file or its folder"},
    {.name = "text", .type = ICA_OPTION_TEXT, INTO(text),
     .commands = MODELS, .group = "Adding a model", .argument = "FILE",
     .help = "the graph of its text tower, which reads words"},
    {.name = "tokenizer", .type = ICA_OPTION_TEXT, INTO(tokenizer),
     .commands = MODELS, .group = "Adding a model", .argument = "FILE",
     .help = "the text tower's tokenizer.json"},
    {.name = "output", .type = ICA_OPTION_TEXT, INTO(output),
     .commands = MODELS, .group = "Adding a model", .argument = "NAME",
     .help = "the graph's output that is the embedding, if not the one that is found"},
    {.name = "licence", .type = ICA_OPTION_TEXT, INTO(licence),
     .commands = MODELS, .group = "Adding a model", .argument = "TEXT",
     .help = "under which it may be used"},
    {.name = "model-version", .type = ICA_OPTION_TEXT, INTO(model_version),
     .commands = MODELS, .group = "Adding a model", .argument = "TEXT",
     .help = "which of its versions it is, if not 1"},
    {.name = "title", .type = ICA_OPTION_TEXT, INTO(title),
     .commands = MODELS, .group = "Adding a model", .argument = "TEXT",
     .help = "a line about it for people"},
    {.name = "max-model-size", .type = ICA_OPTION_SIZE, INTO(max_model_bytes),
     .commands = MODELS, .group = "Pulling and removing a model", .argument = "SIZE",
     .fallback = "4G", .min = 1, .max = UINT64_C(1) << 40,
     .help = "pull no larger file where the manifest does not know its size"},
    {.name = "trust", .type = ICA_OPTION_FLAG, INTO(trust),
     .commands = MODELS, .group = "Pulling and removing a model",
     .help = "take pulled files whose hash the manifest does not know without asking"},
    {.name = "force", .type = ICA_OPTION_FLAG, INTO(force),
     .commands = MODELS, .group = "Pulling and removing a model",
     .help = "remove a model even if it is the default"},

    {.name = "library", .type = ICA_OPTION_TEXT, INTO(library),
     .commands = SERVE, .group = "Server", .argument = "DIR",
     .help = "keep the images in DIR, with the folders in it, indexed and answer searches for them "
             "(GET /v1/search)"},
    {.name = "library-interval", .type = ICA_OPTION_NUMBER, INTO(library_interval_s),
     .commands = SERVE, .group = "Server", .argument = "SECONDS",
     .fallback = "300", .min = 1, .max = 1000000,
     .help = "look so often whether its files have changed"},
    {.name = "listen", .type = ICA_OPTION_TEXT, INTO(listen),
     .commands = SERVE | HEALTH, .group = "Server", .argument = "ADDRESS",
     .fallback = "127.0.0.1",
     .help = "network address of the server; 0.0.0.0 serves the whole network"},
    {.name = "port", .letter = 'p', .type = ICA_OPTION_NUMBER, INTO(port),
     .commands = SERVE | HEALTH, .group = "Server", .argument = "N",
     .fallback = "8001", .min = 0, .max = 65535,
     .help = "port of the API; 0 takes a free one"},
    {.name = "web-port", .type = ICA_OPTION_NUMBER, INTO(web_port),
     .commands = SERVE, .group = "Server", .argument = "N",
     .fallback = "8082", .min = 0, .max = 65535,
     .help = "port of the web client; 0 takes a free one"},
    {.name = "max-request-size", .type = ICA_OPTION_SIZE, INTO(max_request_size_bytes),
     .commands = SERVE, .group = "Server", .argument = "SIZE",
     .fallback = "2G", .min = 1024, .max = UINT64_C(1) << 40,
     .help = "refuse larger requests"},
    {.name = "max-requests", .type = ICA_OPTION_NUMBER, INTO(max_requests),
     .commands = SERVE, .group = "Server", .argument = "N",
     .fallback = "8", .min = 1, .max = 1000,
     .help = "how many requests are worked on at once; further ones are told to come back"},

    {.name = "quiet", .letter = 'q', .type = ICA_OPTION_FLAG, INTO(quiet),
     .commands = CLUSTER | EMBED | SEARCH | INDEX | CONCEPTS | MODELS, .group = "Program",
     .help = "no progress, no warnings; errors only"},
    {.name = "log-level", .type = ICA_OPTION_CHOICE, INTO(log_level),
     .commands = ANY, .group = "Program", .argument = "NAME",
     .fallback = "warning", .choices = log_levels,
     .help = "how much is told on standard error"},
    {.name = "config", .type = ICA_OPTION_TEXT, INTO(config),
     .commands = ANY, .group = "Program", .argument = "FILE",
     .help = "read settings from FILE: one `option = value` a line, # begins a comment"},
    {.name = "data-dir", .type = ICA_OPTION_TEXT, INTO(data_dir),
     .commands = ANY, .group = "Program", .argument = "DIR",
     .help = "the program's own data, if not beside the program"},
    {.name = "models-dir", .type = ICA_OPTION_TEXT, INTO(models_dir),
     .commands = ANY, .group = "Program", .argument = "DIR",
     .help = "the store of models that were pulled or added, if not in the user's data; what is not "
             "there is looked for beside the program"},
    {.name = "cache-dir", .type = ICA_OPTION_TEXT, INTO(cache_dir),
     .commands = ANY, .group = "Program", .argument = "DIR",
     .help = "where compiled models are kept, for a faster start"},
    {.name = "help", .letter = 'h', .type = ICA_OPTION_FLAG, INTO(help),
     .commands = ANY, .group = "Program",
     .help = "say what the command does and which options it has"},
    {.name = "version", .letter = 'V', .type = ICA_OPTION_FLAG, INTO(version),
     .commands = ANY, .group = "Program",
     .help = "print the program's version"},
};
/* clang-format on */

const size_t ica_n_options = sizeof ica_options / sizeof ica_options[0];
