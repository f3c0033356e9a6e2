#pragma once

#include "app/catalogue/Catalogue.h"
#include "app/http/PreparedRequest.h"

namespace keydesk {

/// Where a request differs from what the documentation says. A warning: the request can be sent all the same.
struct FieldWarning
{
    enum class Place { Path, Query, Header, Body };

    Place place = Place::Body;
    QString name;    ///< of the field; a member of a JSON body by its JSON Pointer
    QString message; ///< a sentence that names the field; never holds its value

    bool operator==(const FieldWarning &) const = default;
};

/// A larger JSON body is not looked into (characters): this runs while somebody types.
inline constexpr qsizetype checkedBodyLimit = 256 * 1024;

/// Path parts, query, headers and the body against the documentation: a wrong type, a value that is not among
/// the ones allowed, one that is required and missing or empty, one that is too long, too short, too large or
/// too small. {{variables}} are resolved first; a value that has one without a value is not judged.
QList<FieldWarning> checkFields(const Endpoint &endpoint, const RequestSpec &request,
                                const Variables &variables);

} // namespace keydesk
