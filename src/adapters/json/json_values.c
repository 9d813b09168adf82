/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a result as JSON values. */
#include "adapters/json/json_values.h"

#include "base/base64.h"
#include "domain/image/exif.h"

#define DIGITS        9 /* of real numbers */
#define MAX_URL_BYTES ((size_t)1 << 20)

json_t *ica_json_real(double value)
{
    json_t *number = json_real(value);
    return number ? number : json_null();
}

static json_t *nearest_cluster(const struct ica_membership *membership)
{
    return membership->nearest == ICA_NOISE ? json_null() : json_integer(membership->nearest);
}

static json_t *margin(const struct ica_membership *membership)
{
    return membership->nearest == ICA_NOISE ? json_null() : ica_json_real(membership->margin);
}

static json_t *duplicate_set(const struct ica_membership *membership)
{
    return membership->duplicate_set == ICA_NOISE ? json_null()
                                                  : json_integer(membership->duplicate_set);
}

/* The date of an image; null without. */
static json_t *taken_at(const struct ica_image_info *info)
{
    char date[ICA_TAKEN_AT_SIZE];
    ica_image_date(info, date);
    return *date ? json_string(date) : json_null();
}

/* The ids of some images. */
static json_t *ids_of(const struct ica_result *result, const size_t *rows, size_t n)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < n && ids; i++) {
        if (json_array_append_new(ids, json_string(result->images[rows[i]].id))) {
            json_decref(ids);
            ids = NULL;
        }
    }
    return ids;
}

static json_t *evidence_list(const struct ica_description *description)
{
    json_t *list = json_array();
    for (size_t i = 0; i < description->n_evidence && list; i++) {
        const struct ica_evidence *evidence = &description->evidence[i];
        json_t *item = json_pack("{s:s, s:o}", "concept", evidence->concept, "weight",
                                 ica_json_real(evidence->weight));
        if (json_array_append_new(list, item)) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

json_t *ica_json_cluster(const struct ica_result *result, size_t c, bool name_is_text)
{
    const struct ica_cluster *cluster = &result->clustering.clusters[c];
    const struct ica_description *description = &result->descriptions[c];
    json_t *name = name_is_text && description->text[0] ? json_string(description->text)
                                                        : json_integer((json_int_t)c);
    const char *note = description->note[0] ? description->note : NULL;
    return json_pack("{s:o, s:o, s:s, s:s?, s:I, s:s, s:o, s:o, s:b, s:o, s:o}",        //
                     "name", name,                                                      //
                     "image_ids", ids_of(result, cluster->members, cluster->n_members), //
                     "description", description->text,                                  //
                     "description_note", note,                                          //
                     "size", (json_int_t)cluster->n_members,                            //
                     "medoid", result->images[cluster->medoid].id,                      //
                     "representatives",
                     ids_of(result, cluster->representatives, cluster->n_representatives), //
                     "persistence", ica_json_real(cluster->persistence),                   //
                     "unclustered", cluster->unclustered,                                  //
                     "score", ica_json_real(description->score),                           //
                     "evidence", evidence_list(description));
}

static json_t *data_url(const struct ica_buffer *jpeg)
{
    struct ica_buffer url;
    ica_buffer_init(&url, MAX_URL_BYTES);
    json_t *json = ica_base64_append_url(&url, "image/jpeg", jpeg->data, jpeg->size, NULL)
                       ? NULL
                       : json_stringn(ica_buffer_text(&url), url.size);
    ica_buffer_clear(&url);
    return json;
}

json_t *ica_json_image(const struct ica_result *result, size_t i, bool thumbnail)
{
    const struct ica_result_image *image = &result->images[i];
    const struct ica_membership *membership = &result->clustering.memberships[i];
    json_t *json = json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:b, s:s, s:I, s:I, s:o, s:o}", //
                             "id", image->id,                                                //
                             "cluster", (json_int_t)membership->cluster,                     //
                             "probability", ica_json_real(membership->probability),          //
                             "outlier_score", ica_json_real(membership->outlier_score),      //
                             "nearest_cluster", nearest_cluster(membership),                 //
                             "margin", margin(membership),                                   //
                             "noise", membership->noise,                                     //
                             "format", image->info.format,                                   //
                             "width", (json_int_t)image->info.width,                         //
                             "height", (json_int_t)image->info.height,                       //
                             "taken_at", taken_at(&image->info),                             //
                             "duplicate_set", duplicate_set(membership));
    if (thumbnail && image->thumbnail.size && json &&
        json_object_set_new(json, "thumbnail", data_url(&image->thumbnail))) {
        json_decref(json);
        json = NULL;
    }
    return json;
}

json_t *ica_json_duplicate_set(const struct ica_result *result, size_t s)
{
    const struct ica_duplicate_set *set = &result->clustering.near_duplicates.sets[s];
    return ids_of(result, set->members, set->n_members);
}

json_t *ica_json_error(const struct ica_result *result, size_t e)
{
    const struct ica_result_error *error = &result->errors[e];
    return json_pack("{s:s, s:s, s:s}",       //
                     "file", error->id,       //
                     "reason", error->reason, //
                     "code", ica_status_text(error->status));
}

json_t *ica_json_merge(const struct ica_result *result, size_t m)
{
    const struct ica_merge *merge = &result->clustering.hierarchy.merges[m];
    return json_pack("[I, I, o, I]", (json_int_t)merge->left, (json_int_t)merge->right,
                     ica_json_real(merge->height), (json_int_t)merge->size);
}

json_t *ica_json_node(const struct ica_result *result, size_t i)
{
    const struct ica_hierarchy_node *node = &result->clustering.hierarchy.nodes[i];
    return json_pack("{s:I, s:s, s:s}",                             //
                     "node", (json_int_t)node->node,                //
                     "medoid", result->images[node->members[0]].id, //
                     "description", result->node_descriptions[i].text);
}

json_t *ica_json_model(const struct ica_model *model)
{
    return json_pack("{s:o, s:s, s:s, s:s}",                                   //
                     "id", json_sprintf("%s@%s", model->name, model->version), //
                     "name", model->name,                                      //
                     "version", model->version,                                //
                     "weights_sha256", model->weights_sha256);
}

json_t *ica_json_timings(const struct ica_timings *timings)
{
    return json_pack("{s:o, s:o, s:o, s:o}",                           //
                     "embed_s", ica_json_real(timings->embed_s),       //
                     "cluster_s", ica_json_real(timings->cluster_s),   //
                     "describe_s", ica_json_real(timings->describe_s), //
                     "total_s", ica_json_real(timings->total_s));
}

struct sink {
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status;
};

static int append_bytes(const char *bytes, size_t size, void *context)
{
    struct sink *sink = context;
    sink->status = ica_buffer_append(sink->out, bytes, size, sink->err);
    return sink->status ? -1 : 0;
}

enum ica_status ica_json_append(struct ica_buffer *out, json_t *value, struct ica_error *err)
{
    struct sink sink = {.out = out, .err = err};
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(DIGITS);
    bool failed = !value || json_dump_callback(value, append_bytes, &sink, flags);
    json_decref(value);
    return failed && !sink.status ? ica_error_nomem(err, "the report") : sink.status;
}
