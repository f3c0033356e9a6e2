#pragma once

#include <QStringList>
#include <QWidget>

namespace keydesk {

class RoleLabel;

/// What should be known about a field before it is sent, but does not stop it. Hidden while there is nothing;
/// never takes the focus.
class FieldNote : public QWidget
{
    Q_OBJECT

public:
    explicit FieldNote(QWidget *parent = nullptr);

    void setNotes(const QStringList &notes);
    [[nodiscard]] QString text() const;

private:
    RoleLabel *m_label;
};

} // namespace keydesk
